"""The paper's 3D classifier (PIPELINE.md 4; Topff et al. 2023, Fig 1)."""

from torch import Tensor, nn


class Classifier(nn.Module):
    """
    Four blocks of (convolution 3x3x3, LeakyReLU, max pooling 2, batch normalisation) with 16, 16, 32, 64
    filters, adaptive average pooling, Linear 128, LeakyReLU, Dropout 0.3, Linear 3: 85,555 parameters.

    Input [n, 1, d, h, w], output [n, 3] logits: covid-19, other-infection, no-imaging-signs.
    """

    def __init__(self, filters: tuple[int, ...] = (16, 16, 32, 64)) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        channels = 1
        for count in filters:
            blocks += [
                nn.Conv3d(channels, count, 3, padding=1),
                nn.LeakyReLU(),
                nn.MaxPool3d(2),
                nn.BatchNorm3d(count),
            ]
            channels = count
        self.features = nn.Sequential(*blocks)
        self.pool = nn.AdaptiveAvgPool3d(1)
        self.head = nn.Sequential(
            nn.Flatten(), nn.Linear(channels, 128), nn.LeakyReLU(), nn.Dropout(0.3), nn.Linear(128, 3)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.pool(self.features(x)))

    def layer_groups(self) -> list[nn.Module]:
        """From the input to the output: what is frozen and gets its own learning rate together."""
        return [self.features, self.head]
