/** How a value is written in the byte stream; the VRs that are words need no difference here. */
type ValueRepresentation = 'text' | 'latin' | 'UI' | 'DS' | 'IS' | 'FL' | 'US' | 'UL' | 'US or SS' | 'SQ';

export interface Attribute {
  /** GGGGEEEE, as the DICOM JSON model names it (PS3.18 F.2.1.1). */
  readonly tag: string;
  readonly keyword: string;
  /** `text` follows SpecificCharacterSet (PS3.5 6.1.2.3); `latin`, UI, DS and IS are in the default repertoire. */
  readonly vr: ValueRepresentation;
}

const attribute = (tag: string, keyword: string, vr: ValueRepresentation = 'latin'): Attribute => ({
  tag,
  keyword,
  vr,
});

/** Every attribute that Lobar reads (PS3.6 6); the comments name the module that defines it (PS3.3). */
export const attributes = {
  // File meta information: PS3.10 7.1
  mediaStorageSopClassUid: attribute('00020002', 'MediaStorageSOPClassUID', 'UI'),
  mediaStorageSopInstanceUid: attribute('00020003', 'MediaStorageSOPInstanceUID', 'UI'),
  transferSyntaxUid: attribute('00020010', 'TransferSyntaxUID', 'UI'),
  // QIDO-RS only: PS3.18 10.6.3
  availableTransferSyntaxUid: attribute('00083002', 'AvailableTransferSyntaxUID', 'UI'),
  // SOP Common: C.12.1
  specificCharacterSet: attribute('00080005', 'SpecificCharacterSet'),
  sopClassUid: attribute('00080016', 'SOPClassUID', 'UI'),
  sopInstanceUid: attribute('00080018', 'SOPInstanceUID', 'UI'),
  timezoneOffset: attribute('00080201', 'TimezoneOffsetFromUTC'),
  instanceNumber: attribute('00200013', 'InstanceNumber', 'IS'),
  // Patient, Patient Study: C.7.1.1, C.7.2.2
  patientName: attribute('00100010', 'PatientName', 'text'),
  patientId: attribute('00100020', 'PatientID', 'text'),
  issuerOfPatientId: attribute('00100021', 'IssuerOfPatientID', 'text'),
  patientBirthDate: attribute('00100030', 'PatientBirthDate'),
  patientSex: attribute('00100040', 'PatientSex'),
  patientAge: attribute('00101010', 'PatientAge'),
  // General Study: C.7.2.1
  studyInstanceUid: attribute('0020000D', 'StudyInstanceUID', 'UI'),
  studyId: attribute('00200010', 'StudyID', 'text'),
  referringPhysicianName: attribute('00080090', 'ReferringPhysicianName', 'text'),
  studyDate: attribute('00080020', 'StudyDate'),
  studyTime: attribute('00080030', 'StudyTime'),
  accessionNumber: attribute('00080050', 'AccessionNumber', 'text'),
  studyDescription: attribute('00081030', 'StudyDescription', 'text'),
  // General Series: C.7.3.1
  modality: attribute('00080060', 'Modality'),
  seriesInstanceUid: attribute('0020000E', 'SeriesInstanceUID', 'UI'),
  seriesNumber: attribute('00200011', 'SeriesNumber', 'IS'),
  seriesDate: attribute('00080021', 'SeriesDate'),
  seriesTime: attribute('00080031', 'SeriesTime'),
  seriesDescription: attribute('0008103E', 'SeriesDescription', 'text'),
  protocolName: attribute('00181030', 'ProtocolName', 'text'),
  bodyPartExamined: attribute('00180015', 'BodyPartExamined'),
  // General Equipment: C.7.5.1
  manufacturer: attribute('00080070', 'Manufacturer', 'text'),
  pixelPaddingValue: attribute('00280120', 'PixelPaddingValue', 'US or SS'),
  // General Image, General Acquisition: C.7.6.1, C.7.10.1
  imageType: attribute('00080008', 'ImageType'),
  acquisitionNumber: attribute('00200012', 'AcquisitionNumber', 'IS'),
  acquisitionDate: attribute('00080022', 'AcquisitionDate'),
  acquisitionTime: attribute('00080032', 'AcquisitionTime'),
  acquisitionDateTime: attribute('0008002A', 'AcquisitionDateTime'),
  temporalPositionIdentifier: attribute('00200100', 'TemporalPositionIdentifier', 'IS'),
  triggerTime: attribute('00181060', 'TriggerTime', 'DS'),
  // Frame of Reference: C.7.4.1
  frameOfReferenceUid: attribute('00200052', 'FrameOfReferenceUID', 'UI'),
  positionReferenceIndicator: attribute('00201040', 'PositionReferenceIndicator', 'text'),
  // Image Plane: C.7.6.2
  pixelSpacing: attribute('00280030', 'PixelSpacing', 'DS'),
  imageOrientationPatient: attribute('00200037', 'ImageOrientationPatient', 'DS'),
  imagePositionPatient: attribute('00200032', 'ImagePositionPatient', 'DS'),
  sliceThickness: attribute('00180050', 'SliceThickness', 'DS'),
  // Image Pixel, Multi-frame: C.7.6.3, C.7.6.6
  samplesPerPixel: attribute('00280002', 'SamplesPerPixel', 'US'),
  photometricInterpretation: attribute('00280004', 'PhotometricInterpretation'),
  rows: attribute('00280010', 'Rows', 'US'),
  columns: attribute('00280011', 'Columns', 'US'),
  bitsAllocated: attribute('00280100', 'BitsAllocated', 'US'),
  bitsStored: attribute('00280101', 'BitsStored', 'US'),
  highBit: attribute('00280102', 'HighBit', 'US'),
  pixelRepresentation: attribute('00280103', 'PixelRepresentation', 'US'),
  pixelPaddingRangeLimit: attribute('00280121', 'PixelPaddingRangeLimit', 'US or SS'),
  numberOfFrames: attribute('00280008', 'NumberOfFrames', 'IS'),
  lossyImageCompression: attribute('00282110', 'LossyImageCompression'),
  lossyImageCompressionRatio: attribute('00282112', 'LossyImageCompressionRatio', 'DS'),
  lossyImageCompressionMethod: attribute('00282114', 'LossyImageCompressionMethod'),
  // CT Image, Modality LUT: C.8.2.1, C.11.1
  gantryTilt: attribute('00181120', 'GantryDetectorTilt', 'DS'),
  kvp: attribute('00180060', 'KVP', 'DS'),
  convolutionKernel: attribute('00181210', 'ConvolutionKernel'),
  rescaleIntercept: attribute('00281052', 'RescaleIntercept', 'DS'),
  rescaleSlope: attribute('00281053', 'RescaleSlope', 'DS'),
  rescaleType: attribute('00281054', 'RescaleType'),
  // Multi-frame Functional Groups, and those that a CT frame has: C.7.6.16, C.8.15.3
  sharedFunctionalGroups: attribute('52009229', 'SharedFunctionalGroupsSequence', 'SQ'),
  perFrameFunctionalGroups: attribute('52009230', 'PerFrameFunctionalGroupsSequence', 'SQ'),
  pixelMeasures: attribute('00289110', 'PixelMeasuresSequence', 'SQ'),
  planePosition: attribute('00209113', 'PlanePositionSequence', 'SQ'),
  planeOrientation: attribute('00209116', 'PlaneOrientationSequence', 'SQ'),
  pixelValueTransformation: attribute('00289145', 'PixelValueTransformationSequence', 'SQ'),
  frameContent: attribute('00209111', 'FrameContentSequence', 'SQ'),
  frameAcquisitionNumber: attribute('00209156', 'FrameAcquisitionNumber', 'US'),
  stackId: attribute('00209056', 'StackID'),
  temporalPositionIndex: attribute('00209128', 'TemporalPositionIndex', 'UL'),
  frameAcquisitionDateTime: attribute('00189074', 'FrameAcquisitionDateTime'),
  cardiacSynchronization: attribute('00189118', 'CardiacSynchronizationSequence', 'SQ'),
  cardiacPhase: attribute('00209241', 'NominalPercentageOfCardiacPhase', 'FL'),
  ctXRayDetails: attribute('00189325', 'CTXRayDetailsSequence', 'SQ'),
  ctImageFrameType: attribute('00189329', 'CTImageFrameTypeSequence', 'SQ'),
  frameType: attribute('00089007', 'FrameType'),
  ctAcquisitionDetails: attribute('00189304', 'CTAcquisitionDetailsSequence', 'SQ'),
  ctReconstruction: attribute('00189314', 'CTReconstructionSequence', 'SQ'),
  frameAnatomy: attribute('00209071', 'FrameAnatomySequence', 'SQ'),
  anatomicRegion: attribute('00082218', 'AnatomicRegionSequence', 'SQ'),
  codeMeaning: attribute('00080104', 'CodeMeaning', 'text'),
  // Legacy converted objects keep here what has no place of its own: C.7.6.16.2.25, C.7.6.16.2.26
  sharedConvertedAttributes: attribute('00209170', 'UnassignedSharedConvertedAttributesSequence', 'SQ'),
  perFrameConvertedAttributes: attribute('00209171', 'UnassignedPerFrameConvertedAttributesSequence', 'SQ'),
} as const satisfies Record<string, Attribute>;

/** Where the pixels lie, and where in them the frames (PS3.3 C.7.6.3); their values are never read as attributes. */
export const pixelDataTags = {
  extendedOffsetTable: 0x7fe0_0001,
  extendedOffsetTableLengths: 0x7fe0_0002,
  pixelData: 0x7fe0_0010,
} as const;

/** Reads one data set, or one item of a sequence, whatever it is written in. */
export interface AttributeReader {
  /** The values of an attribute: none where it is absent or empty; text is not trimmed yet. */
  values(attribute: Attribute): readonly (string | number)[];
  /** The items of a sequence, read as they are asked for: their number is a claim too. */
  items(sequence: Attribute): Iterable<AttributeReader>;
}
