"""The architectures."""

import unittest

from support_torch import needs_torch


def parameters(network: object) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


@needs_torch
class Networks(unittest.TestCase):
    def test_the_classifier_is_the_papers(self) -> None:
        """
        By hand: convolutions 448 + 6,928 + 13,856 + 55,360, normalisations 2 (16 + 16 + 32 + 64), layers
        8,320 + 387.
        """
        import torch

        from recipe.networks.classifier import Classifier

        network = Classifier()
        self.assertEqual(parameters(network), 85_555)
        self.assertEqual(network(torch.zeros(2, 1, 16, 32, 32)).shape, (2, 3))

    def test_the_unet_at_full_width_has_the_papers_number_of_parameters(self) -> None:
        """The paper: 24.4 million."""
        from recipe.networks.resnet_unet import ResNetUNet

        self.assertEqual(round(parameters(ResNetUNet()) / 1e6, 1), 24.4)

    def test_the_unets_encoder_is_resnet_34(self) -> None:
        """
        torchvision's resnet34 has 21,797,672 parameters: 513,000 of them in its classifier, and 6,272 more
        in a first convolution with three channels instead of one.
        """
        from recipe.networks.resnet_unet import ResNetUNet

        network = ResNetUNet()
        self.assertEqual(parameters(network.stem) + parameters(network.stages), 21_797_672 - 513_000 - 6_272)

    def test_a_narrow_unet_still_answers_pixel_for_pixel(self) -> None:
        import torch

        from recipe.networks.resnet_unet import ResNetUNet

        self.assertEqual(ResNetUNet(0.125)(torch.zeros(2, 1, 64, 96)).shape, (2, 1, 64, 96))

    def test_the_lobe_network_answers_six_labels_pixel_for_pixel(self) -> None:
        import torch

        from recipe.networks.lobe_unet import LobeUNet

        self.assertEqual(LobeUNet((8, 8, 8, 8, 8))(torch.zeros(2, 3, 64, 96)).shape, (2, 6, 64, 96))

    def test_lobes_from_more_slices_starts_as_the_network_of_fewer(self) -> None:
        import torch

        from recipe.fit_weights import fit_weights
        from recipe.networks.lobe_unet import LobeUNet

        few = LobeUNet((8, 8, 8, 8, 8)).eval()
        many = LobeUNet((8, 8, 8, 8, 8), slices=7).eval()
        many.load_state_dict(fit_weights(many, few.state_dict()))
        x = torch.rand(1, 7, 64, 64)
        with torch.no_grad():
            torch.testing.assert_close(many(x), few(x[:, 2:5]))
        with self.assertRaisesRegex(ValueError, "odd"):
            LobeUNet(slices=4)


if __name__ == "__main__":
    unittest.main()
