"""The 2.5D network for lungs and lobes."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from .blocks import DoubleConvolution


class LobeUNet(nn.Module):
    """
    U-Net whose first convolution halves the slice and whose last one quadruples its channels and shuffles
    them back, so that no layer works at full size.

    Input [n, slices, h, w]: the slice at z in the middle, its neighbours 10 mm apart, feet to head; h and w
    multiples of 32.
    Output [n, 6, h, w] logits: background, RUL, RML, RLL, LUL, LLL.
    """

    def __init__(
        self, widths: tuple[int, ...] = (24, 32, 64, 96, 128), labels: int = 6, slices: int = 3
    ) -> None:
        super().__init__()
        if slices % 2 == 0:
            raise ValueError(f"slices must be odd, as many below as above the one asked about, but is {slices}")
        self.slices = slices
        self.stem = nn.Sequential(
            nn.Conv2d(slices, widths[0], 5, stride=2, padding=2, bias=False),
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
