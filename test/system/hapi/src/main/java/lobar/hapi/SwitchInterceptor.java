package lobar.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.interceptor.api.Hook;
import ca.uhn.fhir.interceptor.api.Interceptor;
import ca.uhn.fhir.interceptor.api.Pointcut;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.server.RestfulServerUtils;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.MethodNotAllowedException;
import java.nio.charset.StandardCharsets;
import org.hl7.fhir.instance.model.api.IBaseConformance;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.SystemRestfulInteraction;
import org.hl7.fhir.r4.model.CapabilityStatement.TypeRestfulInteraction;

/**
 * Says in /metadata what is switched off, and refuses it, alone and in a Bundle. Creating by PUT is refused by the
 * store itself (JpaStorageSettings.setResourceClientIdStrategy), but HAPI says nothing of it in /metadata.
 */
@Interceptor
public class SwitchInterceptor {
  private final FhirContext fhir;
  private final Switches switches;

  SwitchInterceptor(FhirContext fhir, Switches switches) {
    this.fhir = fhir;
    this.switches = switches;
  }

  @Hook(Pointcut.SERVER_CAPABILITY_STATEMENT_GENERATED)
  public void tell(IBaseConformance statement) {
    for (CapabilityStatementRestComponent rest : ((CapabilityStatement) statement).getRest()) {
      if (!switches.transaction()) {
        rest.getInteraction().removeIf(one -> one.getCode() == SystemRestfulInteraction.TRANSACTION);
      }
      for (CapabilityStatementRestResourceComponent resource : rest.getResource()) {
        if (resource.getInteraction().stream().anyMatch(one -> one.getCode() == TypeRestfulInteraction.UPDATE)) {
          resource.setUpdateCreate(switches.updateCreate());
        }
        if (!switches.conditionalUpdate()) resource.setConditionalUpdate(false);
        if (!switches.conditionalCreate()) resource.setConditionalCreate(false);
      }
    }
  }

  @Hook(Pointcut.SERVER_INCOMING_REQUEST_POST_PROCESSED)
  public void refuse(RequestDetails request) {
    RequestTypeEnum method = request.getRequestType();
    if (method == RequestTypeEnum.PUT && request.getId() == null) refuseConditionalUpdate();
    if (method != RequestTypeEnum.POST || request.getOperation() != null) return;
    if (request.getHeader("If-None-Exist") != null) refuseConditionalCreate();
    if (request.getResourceName() == null) refuseInBundle(request);
  }

  private void refuseInBundle(RequestDetails request) {
    if (!(parsed(request) instanceof Bundle bundle)) return;
    if (bundle.getType() == Bundle.BundleType.TRANSACTION && !switches.transaction()) {
      throw new MethodNotAllowedException("This server takes no transaction.");
    }
    for (BundleEntryComponent entry : bundle.getEntry()) {
      if (entry.getRequest().hasIfNoneExist()) refuseConditionalCreate();
      boolean put = entry.getRequest().getMethod() == Bundle.HTTPVerb.PUT;
      if (put && entry.getRequest().getUrl().contains("?")) refuseConditionalUpdate();
    }
  }

  /** Null where it is no resource: that is for the server to say. */
  private IBaseResource parsed(RequestDetails request) {
    EncodingEnum encoding = RestfulServerUtils.determineRequestEncodingNoDefault(request);
    if (encoding == null) return null;
    try {
      String body = new String(request.loadRequestContents(), StandardCharsets.UTF_8);
      return encoding.newParser(fhir).parseResource(body);
    } catch (DataFormatException notAResource) {
      return null;
    }
  }

  private void refuseConditionalUpdate() {
    if (!switches.conditionalUpdate()) {
      throw new MethodNotAllowedException("This server takes no conditional update.");
    }
  }

  /** Not ignored, as a server may that never heard of If-None-Exist, which would make a duplicate. */
  private void refuseConditionalCreate() {
    if (!switches.conditionalCreate()) {
      throw new InvalidRequestException("This server takes no conditional create.");
    }
  }
}
