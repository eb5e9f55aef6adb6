"""The paper's opacity segmenter: a U-Net with a ResNet-34 encoder (PIPELINE.md 5)."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from .blocks import DoubleConvolution

BLOCKS_A_STAGE = (3, 4, 6, 3)
"""ResNet-34: He et al. 2016, Table 1."""
PRIOR_LOGIT = -2.0
"""
Where the answer starts: few pixels are opaque. From 0, the first steps make all weights of a narrow head
negative; the opacity is then where every channel is silent, and only the bias still learns (Lin et al. 2017,
4.1 is about the same trouble).
"""


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut (He et al. 2016, Fig 5 left)."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            nn.Conv2d(channels_in, channels_out, 3, stride, padding=1, bias=False),
            nn.BatchNorm2d(channels_out),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels_out, channels_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels_out),
        )
        same = stride == 1 and channels_in == channels_out
        self.shortcut: nn.Module = (
            nn.Identity()
            if same
            else nn.Sequential(
                nn.Conv2d(channels_in, channels_out, 1, stride, bias=False), nn.BatchNorm2d(channels_out)
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.residual(x) + self.shortcut(x))


class ResNetUNet(nn.Module):
    """
    Encoder: ResNet-34 without its classifier. Decoder: five times nearest-neighbour doubling, the encoder's
    features beside it where there are any, and two convolutions.

    Input [n, 1, h, w], h and w multiples of 32. Output [n, 1, h, w], a logit of opacity.

    `width` scales every number of channels: 1.0 is the paper's 24.4 million parameters, 0.25 a quarter of
    the channels (8 at least) and about a sixteenth of the parameters and of the arithmetic.
    """

    def __init__(self, width: float = 1.0) -> None:
        super().__init__()
        encoder = [_scaled(channels, width) for channels in (64, 64, 128, 256, 512)]
        decoder = [_scaled(channels, width) for channels in (256, 128, 64, 32, 16)]
        self.stem = nn.Sequential(
            nn.Conv2d(1, encoder[0], 7, stride=2, padding=3, bias=False),
            nn.BatchNorm2d(encoder[0]),
            nn.ReLU(inplace=True),
        )
        self.stages = nn.ModuleList()
        for stage, count in enumerate(BLOCKS_A_STAGE):
            first = BasicBlock(encoder[stage], encoder[stage + 1], stride=1 if stage == 0 else 2)
            rest = [BasicBlock(encoder[stage + 1], encoder[stage + 1], stride=1) for _ in range(count - 1)]
            self.stages.append(nn.Sequential(first, *rest))
        beside = (encoder[3], encoder[2], encoder[1], encoder[0], 0)
        below = (encoder[4], *decoder[:-1])
        self.decoder = nn.ModuleList(
            DoubleConvolution(low + skip, out) for low, skip, out in zip(below, beside, decoder)
        )
        self.head = nn.Conv2d(decoder[-1], 1, 3, padding=1)
        nn.init.constant_(self.head.bias, PRIOR_LOGIT)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        beside = [x]
        x = functional.max_pool2d(x, 3, stride=2, padding=1)
        for stage in self.stages:
            x = stage(x)
            beside.append(x)
        skips = beside[-2::-1]
        for level, block in enumerate(self.decoder):
            x = functional.interpolate(x, scale_factor=2.0, mode="nearest")
            x = block(torch.cat([x, skips[level]], 1) if level < len(skips) else x)
        return self.head(x)

    def layer_groups(self) -> list[nn.Module]:
        """From the input to the output: what is frozen and gets its own learning rate together."""
        early = nn.ModuleList([self.stem, self.stages[0], self.stages[1]])
        late = nn.ModuleList([self.stages[2], self.stages[3]])
        return [early, late, nn.ModuleList([self.decoder, self.head])]


def _scaled(channels: int, width: float) -> int:
    """At least 8: that many are calculated together anyway, and fewer could not draw a small nodule."""
    return max(8, round(channels * width))
