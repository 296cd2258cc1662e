package io.myriapod.agent.devices;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.deviceplugin.device.NodeDevice;
import io.myriapod.deviceplugin.pool.Entry;
import io.myriapod.deviceplugin.pool.Selection.Claim;
import io.myriapod.deviceplugin.pool.Selection.Verdict;
import io.myriapod.linux.pci.DeviceTree;
import io.myriapod.linux.pci.PciBus;
import io.myriapod.types.DeviceId;
import io.myriapod.types.PciAddress;
import io.myriapod.types.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What each selector of each pool says of a device, and what follows from that. */
record ExplainAnswer(DevicePicture picture) {
  /** As lspci writes it where a machine has one domain. */
  private static final String WITHOUT_DOMAIN = "[0-9a-fA-F]{2}:[01][0-9a-fA-F]\\.[0-7]";

  private static final String TYPE_KEY = "deviceType";

  /**
   * {@code source}, {@code device}, list {@code selectors} in the order of the configuration, list
   * {@code conclusion} of sentences.
   *
   * @throws CniException 113 if there is no such device
   */
  ObjectNode json(DeviceRequest.Explanation wanted) {
    DeviceRow row = picture.row(find(wanted.device()));
    ObjectNode answer = picture.answer();
    answer.set("device", row.json());
    ArrayNode selectors = answer.putArray("selectors");
    NodeDevice device = row.entry().device();
    picture.selection().verdicts(device).forEach(one -> selectors.add(json(one, device)));
    conclusion(row).forEach(answer.putArray("conclusion")::add);
    return answer;
  }

  private Entry find(String text) {
    String name = text.matches(WITHOUT_DOMAIN) ? "0000:" + text : text;
    return DeviceId.of(name)
        .flatMap(picture.inventory()::find)
        .or(() -> withInterface(text))
        .orElseThrow(() -> notFound(name));
  }

  private Optional<Entry> withInterface(String name) {
    return picture.inventory().entries().stream()
        .filter(entry -> entry.device().linkNames().contains(name))
        .findFirst();
  }

  private CniException notFound(String name) {
    return new CniException(
        ErrorCode.DEVICE_NOT_FOUND,
        "explain device %s: %s"
            .formatted(
                Quoted.shortened(name),
                PciAddress.of(name)
                    .filter(pci -> picture.sysfs().exists(DeviceTree.pathOf(pci)))
                    .map(this::otherClass)
                    .orElse("the node has no such network device or accelerator")),
        "`myriapod devices --all` lists those that a pool can have");
  }

  private String otherClass(PciAddress pci) {
    return "it is of class %06x, no network controller (02) nor accelerator (12)"
        .formatted(new PciBus(picture.sysfs()).identityOf(pci).classCode());
  }

  private static ObjectNode json(Verdict verdict, NodeDevice device) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("resource", verdict.pool().resource().toString())
            .put("selector", verdict.index())
            .put("allows", verdict.allows());
    ArrayNode keys = json.putArray("keys");
    keys.add(
        key(
            TYPE_KEY,
            verdict.pool().type().word(),
            DeviceRow.type(device).word(),
            verdict.isOfType()));
    verdict.keys().forEach(one -> keys.add(key(one.key(), one.wanted(), one.got(), one.allows())));
    return json;
  }

  private static ObjectNode key(String key, String wanted, String got, boolean allows) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("key", key)
        .put("wanted", wanted)
        .put("got", got)
        .put("allows", allows);
  }

  private static List<String> conclusion(DeviceRow row) {
    Entry entry = row.entry();
    List<String> sentences = new ArrayList<>();
    sentences.add(place(row));
    entry.claim().flatMap(claim -> whyStill(row, claim)).ifPresent(sentences::add);
    wishes(row).ifPresent(sentences::add);
    entry
        .holder()
        .ifPresent(
            holder ->
                sentences.add(
                    holder.quarantine().isPresent()
                        ? "the last pod that had it is " + holder.who()
                        : holder.who() + " holds it"));
    return sentences;
  }

  private static String place(DeviceRow row) {
    return row.entry()
        .resource()
        .map(
            name ->
                row.reason()
                    .map(why -> "%s offers it as unhealthy: it %s".formatted(name, why))
                    .orElse(name + " offers it; it is healthy"))
        .orElseGet(
            () ->
                row.selection().pools().isEmpty()
                    ? "no pool is configured"
                    : "no pool offers it: it " + row.reason().orElse(""));
  }

  /** Why a pool has it whose selectors do not know it; empty if they do. */
  private static Optional<String> whyStill(DeviceRow row, Claim claim) {
    NodeDevice device = row.entry().device();
    if (isAmong(row.selection().claims(device), claim)) {
      return Optional.empty();
    }
    Optional<String> given =
        claim.pool().driver().filter(driver -> device.driver().equals(Optional.of(driver)));
    if (given.isPresent()) {
      return Optional.of("that pool gave it driver %s for a container".formatted(given.get()));
    }
    return Optional.of(
        isAmong(row.selection().possibleClaims(device), claim)
            ? "without a driver, or in a pod, it does not show all that the selectors ask for; it"
                + " stays in its pool"
            : "no selector of that pool allows it any more; it stays there while a pod has it");
  }

  private static boolean isAmong(List<Claim> claims, Claim claim) {
    return claims.stream().anyMatch(one -> one.pool().equals(claim.pool()));
  }

  private static Optional<String> wishes(DeviceRow row) {
    if (row.wantedBy().isEmpty()) {
      return Optional.empty();
    }
    String names = row.wantedBy().stream().map(Object::toString).collect(Collectors.joining(", "));
    if (row.entry().claim().isPresent()) {
      return Optional.of(
          "wanted too by %s: the first pool of the configuration gets it".formatted(names));
    }
    return Optional.of(
        row.selection().claims(row.entry().device()).isEmpty()
            ? "had it one of their drivers, it would be wanted by " + names
            : "wanted by " + names);
  }
}
