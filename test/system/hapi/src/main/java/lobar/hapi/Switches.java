package lobar.hapi;

import java.util.Arrays;
import java.util.List;

/** What the server is to do: all that HAPI can, but for what an argument takes away. */
record Switches(
    boolean updateCreate,
    boolean conditionalUpdate,
    boolean conditionalCreate,
    boolean transaction,
    boolean currentTerminology) {
  private static final String UPDATE_CREATE = "--no-update-create";
  private static final String CONDITIONAL_UPDATE = "--no-conditional-update";
  private static final String CONDITIONAL_CREATE = "--no-conditional-create";
  private static final String TRANSACTION = "--no-transaction";

  static Switches of(String[] arguments) {
    List<String> given = Arrays.asList(arguments);
    List<String> known =
        List.of(UPDATE_CREATE, CONDITIONAL_UPDATE, CONDITIONAL_CREATE, TRANSACTION, Terminology.R4_ONLY);
    for (String argument : given) {
      if (!known.contains(argument)) {
        throw new IllegalArgumentException("Unknown argument " + argument + ". There are: " + String.join(" ", known));
      }
    }
    return new Switches(
        !given.contains(UPDATE_CREATE),
        !given.contains(CONDITIONAL_UPDATE),
        !given.contains(CONDITIONAL_CREATE),
        !given.contains(TRANSACTION),
        !given.contains(Terminology.R4_ONLY));
  }
}
