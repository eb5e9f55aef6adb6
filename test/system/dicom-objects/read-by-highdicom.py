"""What highdicom reads of a SEG and of a TID 1500 report: read-by-highdicom.py SEG SR"""
import json
import sys

import highdicom as hd

seg = hd.seg.segread(sys.argv[1])
descriptions = [seg.get_segment_description(number) for number in seg.segment_numbers]
report = hd.sr.srread(sys.argv[2]).content
volumetric = report.get_volumetric_roi_measurement_groups()
groups = volumetric + report.get_image_measurement_groups()


def segment_of(group):
    for item in group[0].ContentSequence:
        if item.ValueType == "IMAGE":
            return int(item.ReferencedSOPSequence[0].ReferencedSegmentNumber)
    return None


print(
    json.dumps(
        {
            "segments": [
                {
                    "label": one.segment_label,
                    "description": one.SegmentDescription,
                    "regions": [region.value for region in one.anatomic_regions],
                    "category": one.segmented_property_category.value,
                    "type": one.segmented_property_type.value,
                    "algorithm": [one.algorithm_type.value, one.algorithm_identification.name],
                    "trackingUid": one.tracking_uid,
                }
                for one in descriptions
            ],
            "sources": [uid for _, _, uid in seg.get_source_image_uids()],
            "observers": [str(o.observer_type.meaning) for o in report.get_observer_contexts()],
            "groups": {
                group.tracking_identifier: {
                    "trackingUid": group.tracking_uid,
                    "segment": segment_of(group),
                    "finding": group.finding_type.value if group.finding_type else None,
                    "sites": [site.value.value for site in group.finding_sites],
                    "sides": [site.laterality.value for site in group.finding_sites if site.laterality],
                    "measurements": {m.name.value: [m.value, m.unit.value] for m in group.get_measurements()},
                    "evaluations": {e.name.value: e.value.value for e in group.get_qualitative_evaluations()},
                }
                for group in groups
            },
        }
    )
)
