package io.myriapod.deviceplugin.config;

import io.myriapod.deviceplugin.config.Finding.Position;
import io.myriapod.deviceplugin.config.Finding.Severity;
import io.myriapod.types.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Collects findings in the order in which they are made; of each severity only the first ones. */
final class Findings {
  /** Of each severity. A file may have one for every word in it. */
  static final int MOST = 100;

  private final List<Finding> list = new ArrayList<>();
  private int errors;
  private int warnings;

  void error(Located at, String sentence) {
    error(at.path(), at.value().position(), sentence);
  }

  void error(String place, Optional<Position> position, String sentence) {
    errors++;
    add(errors, new Finding(Severity.ERROR, place, position, sentence));
  }

  void warning(Located at, String sentence) {
    warning(at.path(), at.value().position(), sentence);
  }

  void warning(String place, Optional<Position> position, String sentence) {
    warnings++;
    add(warnings, new Finding(Severity.WARNING, place, position, sentence));
  }

  /**
   * A warning if the kernel spells it otherwise: the SR-IOV network device plugin compares bytes.
   */
  void respelled(Located at, String written, String spelled) {
    if (!written.equals(spelled)) {
      warning(
          at,
          "%s is read as %s, as the kernel writes it; sriov-network-device-plugin finds nothing by it"
              .formatted(Quoted.shortened(written), Quoted.shortened(spelled)));
    }
  }

  /**
   * What the parser makes of it; the message of its {@link IllegalArgumentException} is an error.
   */
  <T> Optional<T> parsed(Located at, Supplier<T> parser) {
    try {
      return Optional.of(parser.get());
    } catch (IllegalArgumentException e) {
      error(at, e.getMessage());
      return Optional.empty();
    }
  }

  private void add(int number, Finding finding) {
    if (number <= MOST) {
      list.add(finding);
    }
  }

  /** How many there were until now, listed or not. */
  int errors() {
    return errors;
  }

  /** Those that are kept, and how many are not. */
  List<Finding> list() {
    List<Finding> all = new ArrayList<>(list);
    addRest(Severity.ERROR, errors, all);
    addRest(Severity.WARNING, warnings, all);
    return all;
  }

  private static void addRest(Severity severity, int number, List<Finding> all) {
    if (number > MOST) {
      String sentence =
          "%d more %s are not listed"
              .formatted(number - MOST, severity == Severity.ERROR ? "errors" : "warnings");
      all.add(new Finding(severity, "", Optional.empty(), sentence));
    }
  }
}
