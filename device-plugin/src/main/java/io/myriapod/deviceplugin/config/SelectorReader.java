package io.myriapod.deviceplugin.config;

import io.myriapod.types.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Reads one selector of a pool of one type. */
final class SelectorReader {
  /** Values of one key. */
  static final int MAX_VALUES = 1024;

  /** What the kernel says of network controllers; ARPHRD_ETHER and ARPHRD_INFINIBAND. */
  private static final Set<String> LINK_TYPES = Set.of("ether", "infiniband");

  private static final String ONLY_AUX_TYPE = "sf";

  private final DeviceType type;
  private final Fields fields;
  private final Findings findings;

  private SelectorReader(DeviceType type, Fields fields, Findings findings) {
    this.type = type;
    this.fields = fields;
    this.findings = findings;
  }

  /** The selector; absent if it is no object. If there was any error in it, it means little. */
  static Optional<Selector> read(Located at, DeviceType type, Findings findings) {
    return Fields.of(at, SelectorKey.WORDS, findings)
        .map(fields -> new SelectorReader(type, fields, findings).selector(at));
  }

  private Selector selector(Located at) {
    noteUseless();
    Selector selector =
        new Selector(
            spelled(SelectorKey.VENDORS, Spelling::id),
            spelled(SelectorKey.DEVICES, Spelling::id),
            spelled(SelectorKey.DRIVERS, Spelling::plain),
            spelled(SelectorKey.PCI_ADDRESSES, Spelling::pciAddress),
            spelled(SelectorKey.ACPI_INDEXES, Spelling::plain),
            values(SelectorKey.PF_NAMES, Spelling::pfName),
            values(SelectorKey.ROOT_DEVICES, Spelling::rootDevice),
            linkTypes(),
            spelled(SelectorKey.DDP_PROFILES, Spelling::plain),
            new LinkedHashSet<>(values(SelectorKey.P_KEYS, Spelling::partitionKey)),
            auxTypes(at),
            flag(SelectorKey.IS_RDMA),
            flag(SelectorKey.NEED_VHOST_NET),
            vdpaType());
    if (selector.isRdma() && selector.vdpaType().isPresent()) {
      findings.error(
          fields.find(SelectorKey.VDPA_TYPE.word()).orElse(at),
          "\"vdpaType\" and \"isRdma\" exclude each other: want one of them");
    }
    return selector;
  }

  private Set<String> linkTypes() {
    Set<String> types = spelled(SelectorKey.LINK_TYPES, Spelling::lowerCase);
    find(SelectorKey.LINK_TYPES).ifPresent(at -> noteLinkTypes(at, types));
    return types;
  }

  private void noteLinkTypes(Located at, Set<String> types) {
    if (types.size() > 1) {
      findings.warning(at, "has %d types: a card is of one".formatted(types.size()));
    }
    if (!LINK_TYPES.containsAll(types)) {
      findings.warning(at, "no card is of another type than ether and infiniband");
    }
  }

  private Set<String> auxTypes(Located at) {
    Set<String> types = spelled(SelectorKey.AUX_TYPES, SelectorReader::auxType);
    if (type == DeviceType.AUX_NET_DEVICE
        && find(SelectorKey.AUX_TYPES).filter(one -> !one.value().isEmpty()).isEmpty()) {
      findings.error(at, "has no \"auxTypes\": want [\"sf\"]");
    }
    return types;
  }

  private static String auxType(String text) {
    if (!text.equals(ONLY_AUX_TYPE)) {
      throw new IllegalArgumentException(
          "is %s: want sf, the only type that is known".formatted(Quoted.shortened(text)));
    }
    return text;
  }

  private Optional<VdpaType> vdpaType() {
    return find(SelectorKey.VDPA_TYPE).isEmpty()
        ? Optional.empty()
        : fields.oneOf(SelectorKey.VDPA_TYPE.word(), List.of(VdpaType.values()), VdpaType::word);
  }

  private boolean flag(SelectorKey key) {
    return find(key).isPresent() && fields.flag(key.word());
  }

  /** Texts as the kernel spells them, with a warning where another spelling was written. */
  private Set<String> spelled(SelectorKey key, Function<String, String> spelling) {
    return new LinkedHashSet<>(
        elements(
            key,
            (at, text) -> {
              String spelled = spelling.apply(text);
              findings.respelled(at, text, spelled);
              return spelled;
            }));
  }

  private <T> List<T> values(SelectorKey key, Function<String, T> parser) {
    return elements(key, (at, text) -> parser.apply(text));
  }

  private <T> List<T> elements(SelectorKey key, BiFunction<Located, String, T> parser) {
    List<T> values = new ArrayList<>();
    List<Located> elements =
        find(key).map(list -> list.elements(MAX_VALUES, findings)).orElse(List.of());
    for (Located element : elements) {
      element
          .text(findings)
          .flatMap(text -> findings.parsed(element, () -> parser.apply(element, text)))
          .ifPresent(values::add);
    }
    return values;
  }

  /** The value of a key that tells devices of this type apart. */
  private Optional<Located> find(SelectorKey key) {
    return key.appliesTo(type) ? fields.find(key.word()) : Optional.empty();
  }

  /** Those that say something, and not of devices of this type. */
  private void noteUseless() {
    for (SelectorKey key : SelectorKey.values()) {
      if (!key.appliesTo(type)) {
        fields
            .find(key.word())
            .filter(at -> !at.value().isEmpty())
            .ifPresent(
                at ->
                    findings.warning(
                        at,
                        "\"%s\" has no effect on devices of type %s"
                            .formatted(key.word(), type.word())));
      }
    }
  }
}
