package io.myriapod.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** Who may use whom: docs/design.md, "The house". */
@AnalyzeClasses(packages = "io.myriapod", importOptions = DoNotIncludeTests.class)
class ArrowsTest {
  /** A rule about no classes always holds; this many there are at least. */
  private static final int LEAST_CLASSES = 250;

  @ArchTest
  static void classes_ofTheProduct_areFound(JavaClasses product) {
    assertTrue(
        product.size() >= LEAST_CLASSES,
        "want at least %d classes, got %d: are the modules on the class path?"
            .formatted(LEAST_CLASSES, product.size()));
  }

  @ArchTest
  static void classes_each_liveInAModule(JavaClasses product) {
    classes()
        .should()
        .resideInAnyPackage(
            House.ARROWS.keySet().stream().map(House::packagesOf).toArray(String[]::new))
        .because("every package belongs to one module of the house")
        .check(product);
  }

  @ArchTest
  static void arrows_ofEachModule_areThoseOfTheHouse(JavaClasses product) {
    List<String> broken =
        House.ARROWS.keySet().stream()
            .filter(module -> House.forbiddenFor(module).length > 0)
            .flatMap(
                module ->
                    noClasses()
                        .that()
                        .resideInAPackage(House.packagesOf(module))
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(House.forbiddenFor(module))
                        .allowEmptyShould(true)
                        .evaluate(product)
                        .getFailureReport()
                        .getDetails()
                        .stream())
            .toList();
    assertEquals(List.of(), broken, "arrows that the house does not have");
  }

  @ArchTest
  static final ArchRule PACKAGES_ANY_HAVE_NO_CYCLES =
      slices().matching("io.myriapod.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NATIVE_CALLS_STAY_DOWNSTAIRS =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.myriapod.linux.libc..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("jnr..", "com.kenai..")
          .because("errno is turned into exceptions in one place");

  @ArchTest
  static final ArchRule ONLY_THE_AGENT_PRINTS =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.myriapod.agent..")
          .should(ACCESS_STANDARD_STREAMS)
          .because("standard streams belong to the CNI protocol and to the command line");

  @ArchTest
  static final ArchRule ONLY_THE_AGENT_ENDS_THE_PROCESS =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.myriapod.agent..", "io.myriapod.linux.namespace..")
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class)
          .because(
              "agent is the only main(); only a thread that cannot leave a pod's namespace may"
                  + " stop the process too");
}
