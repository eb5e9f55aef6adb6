/** The demo study as it was once analysed: what the OpenAPI document shows. */
export const analysisExample = {
  id: '3f0c7a52-6a0e-4d3c-9b0a-5d1f0f6f2a11',
  outcome: 'published',
  study: {
    uid: '2.25.1301796847062198294660554811919198664',
    accession: 'DEMO-0001',
    patientId: 'PHANTOM-DEMO-1',
  },
  series: {
    uid: '2.25.114415617593597025566912527753060328738',
    description: 'PHANTOM chest 2.5 mm lung',
    slices: 116,
    spacingMm: [2.5, 1.4, 1.4],
    chosenBecause: {
      code: 'only-eligible',
      text: 'Nothing else in the study is eligible.',
    },
    others: [
      {
        uid: '2.25.112397988667595050900159404984459387338',
        description: 'PHANTOM chest 5 mm soft tissue',
        reasons: [
          {
            code: 'slice-too-thick',
            text: 'The slices are 5 mm thick, more than 3 mm.',
          },
        ],
      },
    ],
  },
  classification: {
    decision: 'covid-19',
    probabilities: {
      'covid-19': 0.8405,
      'other-infection': 0.1304,
      'no-imaging-signs': 0.0292,
    },
  },
  involvement: {
    lungMl: 3822.1,
    opacityMl: 349.09,
    percent: 9.13,
    right: {
      lungMl: 2062.5,
      opacityMl: 167.83,
      percent: 8.14,
    },
    left: {
      lungMl: 1759.6,
      opacityMl: 181.25,
      percent: 10.3,
    },
    lobes: [
      {
        lobe: 'RUL',
        lungMl: 840.7,
        opacityMl: 23.9,
        percent: 2.84,
        score: 1,
      },
      {
        lobe: 'RML',
        lungMl: 484.7,
        opacityMl: 2.19,
        percent: 0.45,
        score: 1,
      },
      {
        lobe: 'RLL',
        lungMl: 737.1,
        opacityMl: 141.75,
        percent: 19.23,
        score: 2,
      },
      {
        lobe: 'LUL',
        lungMl: 1084.1,
        opacityMl: 28.85,
        percent: 2.66,
        score: 1,
      },
      {
        lobe: 'LLL',
        lungMl: 675.5,
        opacityMl: 152.4,
        percent: 22.56,
        score: 2,
      },
    ],
  },
  severity: {
    score: 7,
    band: 'moderate',
  },
  models: [
    {
      task: 'lungs-lobes',
      name: 'lungs-lobes-phantom',
      version: '0.1.0',
      sha256: '53324e1a266a97d415ff608626b5729db2d5f7531589ee76bf39040a3edee4f5',
      executionProvider: 'cpu',
    },
    {
      task: 'classifier',
      name: 'classifier-phantom',
      version: '0.1.0',
      sha256: '49628c443f5f1a7b288c937c0739283ad261100df3df05def41cbe98472b9188',
      executionProvider: 'cpu',
    },
    {
      task: 'opacities',
      name: 'opacities-phantom',
      version: '0.1.0',
      sha256: 'ca262d5fed71c94b662eba2bb595405cb732f8cd069ead6e8dc9fea0fd2fa89f',
      executionProvider: 'cpu',
    },
  ],
  published: {
    ehr: 'sandbox',
    report: 'DiagnosticReport/0b4ca294-53ce-558d-a0f2-e0b1ac937642',
    alreadyPublished: false,
    writeMode: {
      mode: 'put-id',
      because: "EHR 'sandbox' says that it takes PUT of new ids (updateCreate) in transactions",
    },
  },
  warnings: [
    {
      code: 'unknown-age',
      text: 'The age of the patient is not known; the models are for adults.',
    },
  ],
  timingsMs: {
    find: 190.4,
    retrieve: 651.2,
    lungs: 3611.9,
    classify: 471.3,
    opacities: 2330.1,
    quantify: 20.7,
    publish: 81.5,
    total: 7371.8,
    eventLoopP99: 5.9,
  },
};
