package lobar.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import java.util.List;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;

/** The profiles and code systems that came with R4 4.0.1. */
final class Terminology {
  static final String R4_ONLY = "--r4-terminology";

  private Terminology() {}

  /**
   * With `current`, it also has the one code of Lobar's that HL7 Terminology added to a code system of R4 later:
   * AIAST of ObservationValue (HL7 AI Transparency, ValueSet ProvenanceVS, takes it from version 6.0.0). A server
   * that keeps its terminology up to date knows it; one that does not refuses it as unknown.
   */
  static DefaultProfileValidationSupport core(FhirContext fhir, boolean current) {
    DefaultProfileValidationSupport core = new DefaultProfileValidationSupport(fhir);
    if (current) {
      CodeSystem values =
          (CodeSystem) core.fetchCodeSystem("http://terminology.hl7.org/CodeSystem/v3-ObservationValue");
      ConceptDefinitionComponent provenance = parentOf("CLINAST", values.getConcept());
      provenance.addConcept().setCode("AIAST").setDisplay("Artificial Intelligence asserted");
    }
    return core;
  }

  private static ConceptDefinitionComponent parentOf(String code, List<ConceptDefinitionComponent> concepts) {
    for (ConceptDefinitionComponent concept : concepts) {
      if (concept.getConcept().stream().anyMatch(child -> child.getCode().equals(code))) return concept;
      ConceptDefinitionComponent deeper = parentOf(code, concept.getConcept());
      if (deeper != null) return deeper;
    }
    return null;
  }
}
