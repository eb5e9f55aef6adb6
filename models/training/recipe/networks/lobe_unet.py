"""The 2.5D network for lungs and lobes."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from .blocks import DoubleConvolution


class LobeUNet(nn.Module):
    """
    U-Net whose first convolution halves the slice and whose last one quadruples its channels and shuffles
    them back, so that no layer works at full size.

    Input [n, 3, h, w]: the slices at z - 10 mm, z, z + 10 mm; h and w multiples of 32.
    Output [n, 6, h, w] logits: background, RUL, RML, RLL, LUL, LLL.
    """

    def __init__(self, widths: tuple[int, ...] = (24, 32, 64, 96, 128), labels: int = 6) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, widths[0], 5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(inplace=True),
        )
        entries = (widths[0], *widths[:-1])
        self.encoder = nn.ModuleList(DoubleConvolution(i, o) for i, o in zip(entries, widths))
        self.decoder = nn.ModuleList(
            DoubleConvolution(below + beside, beside) for beside, below in zip(widths, widths[1:])
        )
        self.head = nn.Conv2d(widths[0], labels * 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        beside: list[Tensor] = []
        for level, block in enumerate(self.encoder):
            x = block(x if level == 0 else functional.max_pool2d(x, 2))
            beside.append(x)
        for level in reversed(range(len(self.decoder))):
            x = functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
            x = self.decoder[level](torch.cat([x, beside[level]], 1))
        return functional.pixel_shuffle(self.head(x), 2)

    def layer_groups(self) -> list[nn.Module]:
        """From the input to the output: what is frozen and gets its own learning rate together."""
        return [nn.ModuleList([self.stem, self.encoder]), nn.ModuleList([self.decoder, self.head])]
