package io.myriapod.kubernetes.annotation;

import io.myriapod.kubernetes.ObjectNames;
import io.myriapod.types.DeviceId;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import io.myriapod.types.MacAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** One element of the JSON form. NPWG specification 1.3, section 4.1.2.1. */
final class JsonElement {
  private static final Pattern GUID = Pattern.compile("[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){7}");

  /** Keys of our own have a period: NPWG 1.3, section 4.1.2.1. */
  private static final String DEVICE_CONTAINER = "io.myriapod.deviceContainer";

  private static final String DEVICE_INDEX = "io.myriapod.deviceIndex";

  /** More than a kubelet gives one pod. */
  private static final int MAX_DEVICE_INDEX = 65_535;

  private final ElementReader element;
  private final Dialect dialect;

  JsonElement(ElementReader element, Dialect dialect) {
    this.element = element;
    this.dialect = dialect;
  }

  NetworkSelection selection(String podNamespace) {
    String namespace = element.text("namespace").orElse(podNamespace);
    String name = element.text("name").orElseThrow(() -> element.invalid("name", "is missing"));
    element.require("namespace", () -> ObjectNames.requireLabel("namespace", namespace));
    element.require(
        "name",
        () ->
            dialect == Dialect.MULTUS
                ? ObjectNames.requireSubdomain("name", name)
                : ObjectNames.requireLabel("name", name));
    NetworkSelection selection = new NetworkSelection(namespace, name, interfaceName(), options());
    element.noteUnread();
    return selection;
  }

  private Optional<InterfaceName> interfaceName() {
    Optional<InterfaceName> current = element.parsed("interface", InterfaceName::new);
    Optional<InterfaceName> old = element.parsed("interfaceRequest", InterfaceName::new);
    if (old.isPresent()) {
      element.note("interfaceRequest", "is deprecated: write \"interface\"");
    }
    if (current.isPresent() && old.isPresent() && !current.equals(old)) {
      throw element.invalid(
          "interfaceRequest",
          "\"%s\" contradicts \"interface\" \"%s\"".formatted(old.get(), current.get()));
    }
    return current.or(() -> old);
  }

  private SelectionOptions options() {
    List<String> ips = ips();
    Optional<String> claim = element.text("ipam-claim-reference");
    claim.ifPresent(
        name ->
            element.require(
                "ipam-claim-reference", () -> ObjectNames.requireSubdomain("IPAMClaim", name)));
    if (claim.isPresent() && !ips.isEmpty() && dialect == Dialect.NPWG) {
      throw element.invalid(
          "ipam-claim-reference",
          "stands beside \"ips\": the addresses come from one or the other");
    }
    return new SelectionOptions(
        ips,
        element.parsed("mac", JsonElement::assignable),
        element.parsed("infiniband-guid", JsonElement::guid),
        element.objects("portMappings").stream().map(this::portMapping).toList(),
        element.object("bandwidth").map(this::bandwidth),
        device(),
        element.object("cni-args").map(ElementReader::json),
        element.parsedList("default-route", IpAddresses::parse),
        claim);
  }

  private Optional<DeviceChoice> device() {
    Optional<DeviceChoice> named =
        element.parsed("deviceID", DeviceId::new).map(DeviceChoice.Named::new);
    Optional<String> container =
        element.parsed(DEVICE_CONTAINER, name -> ObjectNames.requireLabel("container", name));
    Optional<Integer> index = element.number(DEVICE_INDEX, 0, MAX_DEVICE_INDEX).map(Long::intValue);
    if (container.isEmpty() && index.isEmpty()) {
      return named;
    }
    if (named.isPresent()) {
      throw element.invalid(
          "deviceID",
          "stands beside \"%s\": the device is named by one or the other"
              .formatted(index.isPresent() ? DEVICE_INDEX : DEVICE_CONTAINER));
    }
    return Optional.of(new DeviceChoice.Placed(container, index));
  }

  private List<String> ips() {
    Optional<List<String>> ips = element.parsedList("ips", JsonElement::addressOrPrefix);
    if (ips.isPresent() && ips.get().isEmpty() && dialect == Dialect.NPWG) {
      throw element.invalid("ips", "is empty: want at least one address");
    }
    return ips.orElse(List.of());
  }

  private static String addressOrPrefix(String text) {
    if (text.indexOf('/') >= 0) {
      IpPrefix.parse(text);
    } else {
      IpAddresses.parse(text);
    }
    return text;
  }

  private static MacAddress assignable(String text) {
    MacAddress mac = MacAddress.parse(text);
    if (!mac.isAssignable()) {
      throw new IllegalArgumentException(
          "MAC address \"%s\": want a unicast address that is not all zero".formatted(mac));
    }
    return mac;
  }

  private static String guid(String text) {
    if (!GUID.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "want eight hexadecimal pairs such as \"c2:11:22:33:44:55:66:77\"");
    }
    return text;
  }

  private PortMapping portMapping(ElementReader mapping) {
    int hostPort = port(mapping, "hostPort");
    int containerPort = port(mapping, "containerPort");
    String protocol = mapping.text("protocol").orElse("TCP");
    Optional<String> hostIp = mapping.text("hostIP");
    hostIp.ifPresent(address -> mapping.require("hostIP", () -> IpAddresses.parse(address)));
    mapping.noteUnread();
    return mapping.require(
        "protocol", () -> new PortMapping(hostPort, containerPort, protocol, hostIp));
  }

  private static int port(ElementReader mapping, String key) {
    return mapping
        .number(key, 1, 65_535)
        .orElseThrow(() -> mapping.invalid(key, "is missing"))
        .intValue();
  }

  private Bandwidth bandwidth(ElementReader limits) {
    Optional<Long> ingressRate = limits.number("ingressRate", 1, Long.MAX_VALUE);
    Optional<Long> ingressBurst = limits.number("ingressBurst", 1, Long.MAX_VALUE);
    Optional<Long> egressRate = limits.number("egressRate", 1, Long.MAX_VALUE);
    Optional<Long> egressBurst = limits.number("egressBurst", 1, Long.MAX_VALUE);
    limits.noteUnread();
    return element.require(
        "bandwidth", () -> new Bandwidth(ingressRate, ingressBurst, egressRate, egressBurst));
  }
}
