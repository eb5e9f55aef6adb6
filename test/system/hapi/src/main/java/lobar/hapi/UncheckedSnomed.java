package lobar.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.ConceptValidationOptions;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import org.hl7.fhir.common.hapi.validation.support.BaseValidationSupport;

/**
 * Warns of each SNOMED CT code that it was not checked. R4 has an empty CodeSystem of that name, so HAPI takes any
 * code of it, and says nothing.
 */
final class UncheckedSnomed extends BaseValidationSupport {
  UncheckedSnomed(FhirContext fhir) {
    super(fhir);
  }

  @Override
  public boolean isCodeSystemSupported(ValidationSupportContext context, String system) {
    return "http://snomed.info/sct".equals(system);
  }

  @Override
  public CodeValidationResult validateCode(
      ValidationSupportContext context,
      ConceptValidationOptions options,
      String system,
      String code,
      String display,
      String valueSetUrl) {
    if (!isCodeSystemSupported(context, system) || valueSetUrl != null) return null;
    String message = "CodeSystem is not here and can't be validated: " + system + " for '" + code + "'";
    CodeValidationIssue issue =
        new CodeValidationIssue(
            message, IssueSeverity.WARNING, CodeValidationIssueCode.NOT_FOUND, CodeValidationIssueCoding.NOT_FOUND);
    return new CodeValidationResult().setSeverity(IssueSeverity.WARNING).setMessage(message).addIssue(issue);
  }
}
