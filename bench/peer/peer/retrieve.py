"""One series out of a PACS by DICOMweb."""

from typing import Iterator

from dicomweb_client.api import DICOMwebClient
from pydicom.dataset import Dataset

# The stored bytes as they are: without it the PACS transcodes.
AS_STORED = (("application/dicom", "*"),)


def retrieve_largest_series(url: str, study_uid: str) -> Iterator[Dataset]:
    """The instances of the CT series with the most of them, as they arrive."""
    client = DICOMwebClient(url)
    found = client.search_for_series(
        study_uid, search_filters={"Modality": "CT"}, fields=["NumberOfSeriesRelatedInstances"]
    )
    if not found:
        raise LookupError("The study has no CT series.")
    largest = max(found, key=lambda one: one.get("00201209", {}).get("Value", [0])[0])
    series_uid = largest["0020000E"]["Value"][0]
    yield from client.iter_series(study_uid, series_uid, media_types=AS_STORED)
