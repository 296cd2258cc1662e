package io.myriapod.deviceplugin.config;

import io.myriapod.deviceplugin.config.ConfigValue.ListValue;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.types.Quoted;
import io.myriapod.vfio.DriverChoice.Named;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads one entry of a {@code resourceList}. */
final class PoolReader {
  /** Selectors of one entry. */
  static final int MAX_SELECTORS = 64;

  static final String RESOURCE_NAME = "resourceName";
  static final String RESOURCE_PREFIX = "resourcePrefix";
  static final String DEVICE_TYPE = "deviceType";
  static final String SELECTORS = "selectors";
  static final String EXCLUDE_TOPOLOGY = "excludeTopology";
  static final String ADDITIONAL_INFO = "additionalInfo";
  static final String DRIVER = "driver";
  static final String ALLOCATION_POLICY = "allocationPolicy";
  static final String CARRIER = "carrier";

  /** What means something, in the order of the page. */
  static final List<String> KEYS =
      List.of(
          RESOURCE_NAME,
          RESOURCE_PREFIX,
          DEVICE_TYPE,
          SELECTORS,
          EXCLUDE_TOPOLOGY,
          ADDITIONAL_INFO,
          DRIVER,
          ALLOCATION_POLICY,
          CARRIER);

  /** The SR-IOV network operator writes them, as null: fields of the device plugin's own. */
  private static final List<String> LEFTOVERS = List.of("SelectorObj", "SelectorObjs");

  private final String defaultPrefix;
  private final Findings findings;
  private final boolean cdi;
  private final Map<ResourceName, String> places = new HashMap<>();
  private final Map<String, String> placesOfVariables = new HashMap<>();

  /**
   * @param cdi devices are given by names of CDI, which knows fewer prefixes
   */
  PoolReader(String defaultPrefix, boolean cdi, Findings findings) {
    this.defaultPrefix = defaultPrefix;
    this.cdi = cdi;
    this.findings = findings;
  }

  /** The pool; absent if there is an error in the entry, or one before has its name. */
  Optional<PoolConfig> read(Located at) {
    int before = findings.errors();
    List<String> known = new ArrayList<>(KEYS);
    known.addAll(LEFTOVERS);
    return Fields.of(at, known, PoolReader::advice, findings)
        .flatMap(fields -> pool(at, fields))
        .filter(pool -> findings.errors() == before);
  }

  private static String advice(String unknown) {
    return SelectorKey.WORDS.stream().anyMatch(unknown::equalsIgnoreCase)
        ? " here: it belongs into \"selectors\""
        : "";
  }

  private Optional<PoolConfig> pool(Located at, Fields fields) {
    noteLeftovers(fields);
    Optional<ResourceName> resource = resource(at, fields);
    Optional<DeviceType> type = type(fields);
    List<Selector> selectors = type.map(one -> selectors(at, fields, one)).orElse(List.of());
    boolean excludeTopology = fields.flag(EXCLUDE_TOPOLOGY);
    AdditionalInformation information = new AdditionalInformation(findings);
    fields.find(ADDITIONAL_INFO).ifPresent(information::read);
    Optional<String> driver = driver(fields, type);
    AllocationPolicy policy =
        fields
            .oneOf(ALLOCATION_POLICY, List.of(AllocationPolicy.values()), AllocationPolicy::word)
            .orElse(AllocationPolicy.PACKED);
    CarrierPolicy carrier =
        fields
            .oneOf(CARRIER, List.of(CarrierPolicy.values()), CarrierPolicy::word)
            .orElse(CarrierPolicy.IGNORE);
    if (resource.isEmpty() || type.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new PoolConfig(
            resource.get(),
            type.get(),
            selectors,
            excludeTopology,
            information.byDevice(),
            driver,
            policy,
            carrier));
  }

  private void noteLeftovers(Fields fields) {
    for (String key : LEFTOVERS) {
      fields.find(key).ifPresent(at -> findings.warning(at, "\"%s\" has no effect".formatted(key)));
    }
  }

  private Optional<ResourceName> resource(Located at, Fields fields) {
    if (!fields.has(RESOURCE_NAME)) {
      findings.error(at, "has no \"resourceName\": want a name such as vfs_a");
    }
    Optional<String> prefix =
        fields.has(RESOURCE_PREFIX)
            ? fields.parsed(RESOURCE_PREFIX, ResourceName::requirePrefix)
            : Optional.of(defaultPrefix);
    Optional<ResourceName> resource =
        fields.parsed(RESOURCE_NAME, name -> new ResourceName(prefix.orElse(defaultPrefix), name));
    if (prefix.isPresent() && resource.isPresent()) {
      requireNew(resource.get(), fields.find(RESOURCE_NAME).orElse(at));
      requireCdiName(resource.get(), fields.find(RESOURCE_PREFIX).orElse(at));
    }
    return resource;
  }

  private void requireNew(ResourceName resource, Located at) {
    String place =
        at.value().position().map(one -> at.path() + ", line " + one.line()).orElse(at.path());
    String first = places.putIfAbsent(resource, place);
    if (first != null) {
      findings.error(at, "resource %s is there already: %s".formatted(resource, first));
      return;
    }
    List<String> variables = new ArrayList<>(resource.variables());
    variables.addAll(resource.informationVariables());
    List<String> shared = variables.stream().filter(placesOfVariables::containsKey).toList();
    if (!shared.isEmpty()) {
      findings.warning(
          at,
          "variable %s is also of %s: a container with devices of both sees one of the two"
              .formatted(shared.get(0), placesOfVariables.get(shared.get(0))));
    }
    variables.forEach(name -> placesOfVariables.putIfAbsent(name, place));
  }

  private void requireCdiName(ResourceName resource, Located at) {
    if (cdi && !resource.hasCdiPrefix()) {
      findings.error(
          at,
          "resource prefix %s: CDI wants one that begins with a letter"
              .formatted(Quoted.shortened(resource.prefix())));
    }
  }

  /** Absent if it is wrong. */
  private Optional<DeviceType> type(Fields fields) {
    return fields.has(DEVICE_TYPE)
        ? fields.oneOf(DEVICE_TYPE, List.of(DeviceType.values()), DeviceType::word)
        : Optional.of(DeviceType.NET_DEVICE);
  }

  /** An object is one selector, a list some; without the key all devices of the type are meant. */
  private List<Selector> selectors(Located at, Fields fields, DeviceType type) {
    Optional<Located> written = fields.find(SELECTORS);
    if (written.isEmpty()) {
      if (type == DeviceType.AUX_NET_DEVICE) {
        findings.error(at, "has no \"selectors\": want [{\"auxTypes\": [\"sf\"]}]");
      }
      return List.of();
    }
    Located value = written.get();
    List<Located> each =
        value.value() instanceof ListValue
            ? value.elements(MAX_SELECTORS, findings)
            : List.of(value);
    if (value.value() instanceof ListValue && value.value().isEmpty()) {
      findings.error(value, "is empty: want a selector; without this key all devices are meant");
    }
    return each.stream().flatMap(one -> SelectorReader.read(one, type, findings).stream()).toList();
  }

  private Optional<String> driver(Fields fields, Optional<DeviceType> type) {
    Optional<String> driver = fields.parsed(DRIVER, text -> new Named(text).driver());
    fields.find(DRIVER).ifPresent(at -> requireGivable(at, driver, type));
    return driver;
  }

  private void requireGivable(Located at, Optional<String> driver, Optional<DeviceType> type) {
    if (driver.isPresent() && type.filter(DeviceType.AUX_NET_DEVICE::equals).isPresent()) {
      findings.error(at, "auxiliary devices cannot be given a driver");
    }
    if (driver
        .filter(DeviceTree::isForPrograms)
        .filter(name -> !DeviceTree.isVfio(name))
        .isPresent()) {
      findings.error(
          at,
          "drivers of UIO cannot be given on demand: their files have other numbers each time; want"
              + " one of VFIO, or bind them for good");
    }
  }
}
