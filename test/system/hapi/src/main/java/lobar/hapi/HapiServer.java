package lobar.hapi;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.IInstanceValidatorModule;
import java.util.Arrays;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Observation;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/**
 * An empty HAPI FHIR JPA server, R4, on 127.0.0.1, its store in the memory of this process.
 *
 * <pre>
 * HapiServer PORT
 *   --no-update-create       PUT Type/id of nothing that exists is refused
 *   --no-conditional-update  PUT Type?query is refused
 *   --no-conditional-create  POST with If-None-Exist, or ifNoneExist in a Bundle, is refused
 *   --no-transaction         a Bundle of that type is refused (a batch is not)
 *   --r4-terminology         the code systems are those of R4 4.0.1, without what HL7 added since
 * HapiServer 0 --stop        ends when it has started (build.sh notes what was loaded, to load it faster)
 * </pre>
 *
 * PORT 0 takes a free one. Prints one line on stdout when it answers; the log goes to stderr.
 */
public final class HapiServer {
  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    boolean stop = arguments[arguments.length - 1].equals("--stop");
    Switches switches = Switches.of(Arrays.copyOfRange(arguments, 1, arguments.length - (stop ? 1 : 0)));

    // Nothing is kept longer than a test runs: no jobs, no expiry of searches.
    System.setProperty("scheduling_disabled", "true");
    var context = new AnnotationConfigApplicationContext();
    context.registerBean(Switches.class, () -> switches);
    context.register(ServerConfig.class);
    context.refresh();

    // Less than the database has connections, of which HAPI takes up to two a request.
    Server server = new Server(new QueuedThreadPool(40));
    ServerConnector connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    ServletContextHandler handler = new ServletContextHandler("/");
    handler.addServlet(new ServletHolder(context.getBean(RestfulServer.class)), "/fhir/*");
    server.setHandler(handler);
    server.start();
    warmUp(context);
    if (stop) System.exit(0);
    System.out.println("HAPI listening on http://127.0.0.1:" + connector.getLocalPort() + "/fhir");
    server.join();
  }

  /** It takes seconds to read the profiles of R4: not in the first request, which may have a deadline. */
  private static void warmUp(AnnotationConfigApplicationContext context) {
    FhirValidator validator = context.getBean(FhirContext.class).newValidator();
    validator.registerValidatorModule(context.getBean(IInstanceValidatorModule.class));
    Observation observation = new Observation();
    observation.setStatus(Observation.ObservationStatus.FINAL).getCode().setText("warm-up");
    Bundle bundle = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    bundle.addEntry().setResource(observation).getRequest().setMethod(Bundle.HTTPVerb.POST).setUrl("Observation");
    validator.validateWithResult(bundle);
  }
}
