package lobar.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport.IssueSeverity;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.ValueSet;

/**
 * HAPI's validator, R4 core, without a network.
 *
 * <pre>Validate [--definitions DIR] [--r4-terminology] [FILE...]</pre>
 *
 * Reads each FILE, or without one each line of stdin, as one JSON resource, a Bundle's entries with it; prints one
 * line of JSON for it: {"file", "issues": [{"severity", "location", "message"}]}. Ends with 0 whatever it found.
 *
 * The codes of code systems that it has are checked: those that came with R4 (DICOM's is one), UCUM, and the
 * CodeSystems of --definitions (where `content` is `complete`). Of any other (SNOMED CT, LOINC, RadLex) each code is
 * told as a warning.
 */
public final class Validate {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws IOException {
    List<String> files = new ArrayList<>(Arrays.asList(arguments));
    boolean current = !files.remove(Terminology.R4_ONLY);
    int definitions = files.indexOf("--definitions");
    Path folder = null;
    if (definitions >= 0) {
      folder = Path.of(files.remove(definitions + 1));
      files.remove(definitions);
    }

    FhirValidator validator = validator(FhirContext.forR4(), folder, current);
    if (files.isEmpty()) {
      BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      int line = 0;
      for (String text = lines.readLine(); text != null; text = lines.readLine()) {
        line += 1;
        if (!text.isBlank()) print("stdin:" + line, issues(validator, text));
      }
    }
    for (String file : files) print(file, issues(validator, Files.readString(Path.of(file))));
  }

  private static FhirValidator validator(FhirContext fhir, Path folder, boolean current) throws IOException {
    DefaultProfileValidationSupport core = Terminology.core(fhir, current);
    ValidationSupportChain chain =
        new ValidationSupportChain(
            new UncheckedSnomed(fhir),
            core,
            definitions(fhir, folder),
            new CommonCodeSystemsTerminologyService(fhir),
            new InMemoryTerminologyServerValidationSupport(fhir),
            new SnapshotGeneratingValidationSupport(fhir),
            unknownCodeSystems(fhir));
    return fhir.newValidator().registerValidatorModule(new FhirInstanceValidator(chain));
  }

  private static UnknownCodeSystemWarningValidationSupport unknownCodeSystems(FhirContext fhir) {
    UnknownCodeSystemWarningValidationSupport support = new UnknownCodeSystemWarningValidationSupport(fhir);
    support.setNonExistentCodeSystemSeverity(IssueSeverity.WARNING);
    return support;
  }

  /** Of other resources, such as a NamingSystem, the validator knows nothing to do. */
  private static PrePopulatedValidationSupport definitions(FhirContext fhir, Path folder) throws IOException {
    PrePopulatedValidationSupport support = new PrePopulatedValidationSupport(fhir);
    if (folder == null) return support;
    try (Stream<Path> found = Files.list(folder)) {
      for (Path file : found.filter(one -> one.toString().endsWith(".json")).toList()) {
        IBaseResource resource = fhir.newJsonParser().parseResource(Files.readString(file));
        if (resource instanceof CodeSystem) support.addCodeSystem(resource);
        if (resource instanceof ValueSet) support.addValueSet(resource);
      }
    }
    return support;
  }

  private static List<Map<String, String>> issues(FhirValidator validator, String text) {
    try {
      return validator.validateWithResult(text).getMessages().stream().map(Validate::issue).toList();
    } catch (DataFormatException notFhir) {
      return List.of(Map.of("severity", "fatal", "location", "", "message", String.valueOf(notFhir.getMessage())));
    }
  }

  private static Map<String, String> issue(SingleValidationMessage message) {
    Map<String, String> issue = new LinkedHashMap<>();
    issue.put("severity", message.getSeverity().getCode());
    issue.put("location", String.valueOf(message.getLocationString()));
    issue.put("message", message.getMessage());
    return issue;
  }

  private static void print(String file, List<Map<String, String>> issues) throws IOException {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("file", file);
    line.put("issues", issues);
    System.out.println(JSON.writeValueAsString(line));
  }
}
