package io.myriapod.differential.side;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.myriapod.differential.kernel.Picture;
import io.myriapod.differential.table.Row;
import io.myriapod.fixtures.ReferencePlugins;
import io.myriapod.fixtures.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One row in one version of the specification on one side: the life of an attachment. */
public final class Trial {
  private final Side side;
  private final Row row;
  private final String version;
  private final int number;
  private final Map<String, String> answers = new TreeMap<>();
  private final Map<String, String> refusals = new TreeMap<>();
  private Optional<JsonNode> frontResult = Optional.empty();
  private Optional<JsonNode> result = Optional.empty();
  private Picture before;
  private Picture attached;
  private Picture left;

  /**
   * @param number makes names of containers and networks that no other trial has
   */
  public Trial(Side side, Row row, String version, int number) {
    this.side = side;
    this.row = row;
    this.version = version;
    this.number = number;
    this.before = side.untouched();
    this.attached = before;
    this.left = before;
  }

  /** Prepares, asks STATUS where there is one, attaches, and asks CHECK where there is one. */
  public void attach() {
    prepare();
    if (atLeast("1.1.0")) {
      answer("STATUS", run("STATUS", config(Optional.empty())));
    }
    Result added = run("ADD", config(frontResult));
    answer("ADD", added);
    if (!added.ok()) {
      answers.put("ADD code", added.json().path("code").asText());
    } else {
      result = Optional.of(added.json());
    }
    look();
    if (added.ok() && atLeast("0.4.0")) {
      answer("CHECK", run("CHECK", config(result)));
    }
    if (added.ok() && atLeast("1.1.0") && !row.collected()) {
      answer("GC", run("GC", valid(true)));
    }
  }

  /** Looks again at what there is while it is attached. */
  public void look() {
    attached = side.picture();
  }

  /** Detaches; by GC if the row says so. */
  public void detach() {
    if (row.collected()) {
      answer("GC", run("GC", valid(false)));
    } else {
      answer("DEL", run("DEL", config(atLeast("0.4.0") ? result : Optional.empty())));
    }
    lookAfter();
  }

  /** Looks again at what is left. */
  public void lookAfter() {
    left = side.picture();
  }

  /** Makes the side ready for the next one. */
  public void clear() {
    if (row.collected()) {
      run("DEL", config(result));
    }
    row.front()
        .ifPresent(front -> call("DEL", front.path("type").asText(), whole(front, frontResult)));
    row.files().keySet().forEach(path -> write(path, Optional.empty()));
    boolean more = row.collected() || row.front().isPresent();
    side.restore(more ? Optional.empty() : Optional.of(left));
  }

  private void prepare() {
    row.files().forEach((path, text) -> write(path, Optional.of(text)));
    if (!row.node().isEmpty()) {
      side.node().run("sh", "-ec", row.node());
    }
    if (!row.pod().isEmpty()) {
      side.pod().run("sh", "-ec", row.pod());
    }
    row.front()
        .ifPresent(
            front ->
                frontResult =
                    Optional.of(
                        call("ADD", front.path("type").asText(), whole(front, Optional.empty()))
                            .orThrow()
                            .json()));
    if (row.front().isPresent() || !row.node().isEmpty() || !row.pod().isEmpty()) {
      side.node().settle();
      side.pod().settle();
      before = side.picture();
      left = before;
    }
  }

  private void write(String path, Optional<String> text) {
    Path file = side.root().resolve(path.substring(1));
    try {
      if (text.isPresent()) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text.get());
      } else {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("write " + file, e);
    }
  }

  private boolean atLeast(String wanted) {
    return version.compareTo(wanted) >= 0;
  }

  private Result run(String verb, ObjectNode config) {
    return call(verb, row.plugin(), config);
  }

  private Result call(String verb, String plugin, ObjectNode config) {
    Map<String, String> environment = new HashMap<>();
    environment.put("CNI_COMMAND", verb);
    if (!verb.equals("STATUS") && !verb.equals("GC")) {
      environment.put("CNI_CONTAINERID", container());
      environment.put("CNI_NETNS", side.pod().path().toString());
      environment.put("CNI_IFNAME", row.ifname());
    }
    if (!row.args().isEmpty()) {
      environment.put("CNI_ARGS", row.args());
    }
    ReferencePlugins reference = atLeast("1.1.0") ? ReferencePlugins.NEW : ReferencePlugins.OLD;
    return side.run(new Side.Call(reference, plugin, environment, config.toString()));
  }

  private String container() {
    return "box-" + number;
  }

  private ObjectNode config(Optional<JsonNode> prevResult) {
    return whole(row.config(), prevResult);
  }

  private ObjectNode whole(ObjectNode keys, Optional<JsonNode> prevResult) {
    ObjectNode config = JsonNodeFactory.instance.objectNode();
    config.put("cniVersion", version).put("name", "net-" + number);
    config.setAll(keys);
    prevResult.ifPresent(before -> config.set("prevResult", before));
    return config;
  }

  private ObjectNode valid(boolean thisOne) {
    ObjectNode config = config(Optional.empty());
    var valid = config.putArray("cni.dev/valid-attachments");
    if (thisOne) {
      valid.addObject().put("containerID", container()).put("ifname", row.ifname());
    }
    return config;
  }

  private void answer(String verb, Result said) {
    answers.put(verb, said.ok() ? "ok" : "refused");
    if (!said.ok()) {
      refusals.put(verb, (said.out() + said.err()).strip());
    }
  }

  /** What it said where it refused, by verb. */
  public Map<String, String> said() {
    return refusals;
  }

  /** What it answered to each verb. */
  public Map<String, String> answers() {
    return answers;
  }

  /** What ADD printed; empty if it refused. */
  public Optional<JsonNode> result() {
    return result;
  }

  /** What the result calls the pod's namespace. */
  public String sandbox() {
    return side.pod().path().toString();
  }

  /** Before, while it was attached, and after. */
  public List<Picture> pictures() {
    return List.of(before, attached, left);
  }

  /** What was changed while it was attached. */
  public Map<String, String> changed() {
    return attached.since(before);
  }

  /** What was changed and is still so. */
  public Map<String, String> left() {
    return left.since(before);
  }
}
