package io.myriapod.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** How things are called: nouns of the field, no drawers for odds and ends. */
@AnalyzeClasses(packages = "io.myriapod", importOptions = DoNotIncludeTests.class)
class NamesTest {
  /** Terms of a specification or of the kernel that end in Data or Info. */
  private static final Set<String> TERMS = Set.of("DeviceInfo", "IfInfo");

  /** Messages of the kubelet's APIs, under the names that they have there. */
  private static final String GENERATED = "io.myriapod.kubelet..";

  @ArchTest
  static final ArchRule PACKAGES_ARE_NO_DRAWERS =
      noClasses()
          .should()
          .resideInAnyPackage("..util..", "..common..", "..impl..", "..helper..", "..core..")
          .because("a package is named after a feature");

  @ArchTest
  static final ArchRule CLASSES_ARE_NOUNS_OF_THE_FIELD =
      noClasses()
          .should()
          .haveNameMatching(".*(Utils?|Helper|Manager|Impl)")
          .because("a class that resists a noun is two classes");

  @ArchTest
  static final ArchRule DATA_AND_INFO_ARE_TERMS =
      noClasses()
          .that(areNoTerms())
          .and()
          .resideOutsideOfPackage(GENERATED)
          .should()
          .haveNameMatching(".*(Data|Info)")
          .because("Data and Info say nothing, unless a specification calls it so");

  @ArchTest
  static final ArchRule LINUX_KNOWS_NO_CNI_AND_NO_KUBERNETES =
      noClasses()
          .that()
          .resideInAPackage("io.myriapod.linux..")
          .should()
          .haveNameMatching(".*(Cni|Kube|Annotation|Plugin).*")
          .because("linux must not become a drawer for what others need")
          .allowEmptyShould(true);

  private static DescribedPredicate<JavaClass> areNoTerms() {
    return DescribedPredicate.describe(
        "are no terms of a specification", type -> !TERMS.contains(type.getSimpleName()));
  }
}
