package io.myriapod.multus;

import com.fasterxml.jackson.databind.JsonNode;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.error.ErrorCode;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.plugin.Attachment;
import io.myriapod.cni.plugin.GcRequest;
import io.myriapod.cni.plugin.Plugin;
import io.myriapod.cni.plugin.PluginRequest;
import io.myriapod.cni.plugin.StatusRequest;
import io.myriapod.cni.result.Address;
import io.myriapod.cni.result.CniResult;
import io.myriapod.cni.result.Interface;
import io.myriapod.cni.result.Route;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.Journal;
import io.myriapod.journal.OpenRecord;
import io.myriapod.journal.UndoClass;
import io.myriapod.types.IpAddresses;
import io.myriapod.types.IpPrefix;
import io.myriapod.types.MacAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A built-in plugin that makes nothing but journal records. Its configuration says what it answers:
 * {@code ips}, {@code gateway}, {@code defaultRoute}; {@code broken: "validate"|"add"|"check"}
 * makes that verb throw.
 */
final class FakePlugin implements Plugin {
  static final String INVERSE = "fake-link";

  private final String type;
  private final Journal journal;
  private final List<String> acts;
  final List<PluginRequest> requests = new ArrayList<>();
  final List<GcRequest> collected = new ArrayList<>();
  Optional<CniException> statusProblem = Optional.empty();

  FakePlugin(String type, Journal journal, List<String> acts) {
    this.type = type;
    this.journal = journal;
    this.acts = acts;
  }

  @Override
  public String type() {
    return type;
  }

  @Override
  public void validate(PluginRequest request) {
    act("validate", request);
  }

  @Override
  public CniResult add(PluginRequest request) {
    requests.add(request);
    AttachmentKey key = new AttachmentKey(request.container(), request.interfaceName());
    try (OpenRecord steps = journal.begin(key, Json.object())) {
      steps.will(new Inverse(INVERSE, UndoClass.LINK, Json.object().put("type", type)));
      act("add", request);
      steps.done();
    }
    return result(request);
  }

  private void act(String verb, PluginRequest request) {
    acts.add("%s %s %s".formatted(verb, type, request.interfaceName()));
    if (request.config().root().string("broken").filter(verb::equals).isPresent()) {
      throw new CniException(ErrorCode.PARENT_NOT_FOUND, verb + ": broken on purpose", "mend it");
    }
  }

  private static CniResult result(PluginRequest request) {
    var root = request.config().root();
    List<Interface> interfaces =
        List.of(
            Interface.onHost("host0", MacAddress.parse("02:00:00:00:00:01"), 1500),
            Interface.inContainer(
                request.interfaceName().value(),
                MacAddress.parse("02:00:00:00:00:02"),
                1400,
                request.netns().orElseThrow().toString()));
    var gateway = root.address("gateway");
    List<Address> addresses =
        root.strings("ips").stream()
            .map(IpPrefix::parse)
            .map(prefix -> new Address(prefix, gateway.filter(g -> !prefix.isV6()), Optional.of(1)))
            .toList();
    List<Route> routes =
        root.strings("defaultRoute").stream()
            .map(IpAddresses::parse)
            .map(
                via ->
                    Route.via(
                        IpPrefix.parse(IpAddresses.isV6(via) ? "::/0" : "0.0.0.0/0"),
                        Optional.of(via)))
            .toList();
    return CniResult.empty()
        .withInterfaces(interfaces)
        .withAddresses(addresses)
        .withRoutes(routes)
        .withDns(request.config().dns());
  }

  @Override
  public void check(PluginRequest request) {
    requests.add(request);
    act("check", request);
  }

  @Override
  public void delete(PluginRequest request) {
    act("delete", request);
  }

  @Override
  public void gc(GcRequest request) {
    collected.add(request);
    acts.add(
        "gc %s %s %s"
            .formatted(
                type,
                request.config().name(),
                request.valid().stream().map(FakePlugin::shown).sorted().toList()));
  }

  private static String shown(Attachment attachment) {
    return attachment.container() + "/" + attachment.interfaceName();
  }

  @Override
  public void status(StatusRequest request) {
    acts.add("status " + type);
    statusProblem.ifPresent(
        problem -> {
          throw problem;
        });
  }

  /** A key of {@code runtimeConfig} as the last request had it. */
  Optional<JsonNode> lastRuntimeConfig(String key) {
    return requests.get(requests.size() - 1).config().runtimeConfig().value(key);
  }
}
