"""Computer-generated chest CT with exact masks of lobes, opacities, airways and vessels. No patient's data."""
