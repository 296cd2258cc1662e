package io.myriapod.multus.attach;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.cni.chain.ChainCall;
import io.myriapod.cni.error.CniException;
import io.myriapod.cni.json.Json;
import io.myriapod.cni.result.CniResult;
import io.myriapod.journal.AttachmentKey;
import io.myriapod.journal.AttachmentRecord;
import io.myriapod.journal.Inverse;
import io.myriapod.journal.InverseHandler;
import io.myriapod.journal.Journal;
import io.myriapod.journal.PendingInverse;
import io.myriapod.journal.UndoClass;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.multus.plan.PodIdentity;
import io.myriapod.types.InterfaceName;
import io.myriapod.types.PciAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network of a pod that another meta-plugin has attached by executables of the node, and that we
 * are to check and to detach. Its undo is the DEL of each of them, with what they got at the ADD.
 *
 * @param metaNetwork which of our configurations is called for it from now on
 * @param sandboxInterface the interface of the runtime's request
 * @param definition as people know the network
 * @param call the ADD, as it was
 * @param namespaceId of the pod's namespace; of one that is gone, what no namespace has
 * @param result of the ADD; absent if nobody knows it
 * @param files what the other one keeps of it; they go with the attachment
 */
public record Adoption(
    String metaNetwork,
    InterfaceName sandboxInterface,
    int order,
    String definition,
    ChainCall call,
    String namespaceId,
    Optional<CniResult> result,
    Optional<PciAddress> device,
    List<Path> files) {
  /** The kind of the inverse that removes the files. */
  public static final String FILES = "adopted-files";

  public Adoption {
    files = List.copyOf(files);
  }

  public AttachmentKey key() {
    return new AttachmentKey(call.container(), call.interfaceName());
  }

  /** Records it; see {@link Journal#adopt}. */
  public boolean into(Journal journal) {
    return journal.adopt(key(), facts(), inverses());
  }

  private ObjectNode facts() {
    ObjectNode facts = Json.object();
    facts.put(AttachmentFacts.META_NETWORK, metaNetwork);
    facts.put(AttachmentFacts.SANDBOX_INTERFACE, sandboxInterface.value());
    facts.put(AttachmentFacts.ORDER, order);
    facts.put(AttachmentFacts.DEFINITION, definition);
    AttachmentFacts.putCall(facts, call);
    facts.put(AttachmentFacts.NAMESPACE_ID, namespaceId);
    pod().ifPresent(pod -> facts.set(AttachmentFacts.POD, AttachmentFacts.pod(pod)));
    device.ifPresent(pci -> facts.put(AttachmentRecord.DEVICE, pci.value()));
    result.ifPresent(
        known ->
            facts.set(
                AttachmentFacts.RESULT,
                AttachmentFacts.encodeForDel(known, call.list().cniVersion())));
    return facts;
  }

  /** The pod that it belongs to, if the runtime said so in a way that can be read. */
  public Optional<PodRef> pod() {
    try {
      return PodIdentity.of(call.args());
    } catch (CniException e) {
      return Optional.empty();
    }
  }

  private List<Inverse> inverses() {
    List<Inverse> inverses = new ArrayList<>();
    ObjectNode data = Json.object();
    ArrayNode names = data.putArray("files");
    files.forEach(file -> names.add(file.toString()));
    inverses.add(new Inverse(FILES, UndoClass.FOREIGN, data)); // first, so that it is undone last
    for (int i = 0; i < call.list().plugins().size(); i++) {
      String type = call.list().plugins().get(i).type();
      inverses.add(ForeignSteps.inverse(type, call.request(i, Optional.empty())).toInverse());
    }
    return inverses;
  }

  /** Removes the files when their attachment goes. */
  public static InverseHandler undo() {
    return batch -> {
      Map<PendingInverse, String> failures = new LinkedHashMap<>();
      for (PendingInverse one : batch) {
        try {
          for (var file : one.inverse().data().path("files")) {
            Files.deleteIfExists(Path.of(file.asText()));
          }
        } catch (IOException e) {
          failures.put(one, "remove what another meta-plugin kept: " + e);
        }
      }
      return failures;
    };
  }
}
