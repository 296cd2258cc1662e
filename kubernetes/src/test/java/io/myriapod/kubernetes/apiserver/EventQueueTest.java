package io.myriapod.kubernetes.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.myriapod.fixtures.Waiting;
import io.myriapod.kubernetes.Event;
import io.myriapod.kubernetes.PodRef;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventQueueTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final PodRef POD = new PodRef("shop", "web-0", Optional.of("u1"));

  private final AtomicLong nanos = new AtomicLong();
  private final List<JsonNode> sent = Collections.synchronizedList(new ArrayList<>());
  private final Deque<Integer> codes = new ArrayDeque<>();
  private final CountDownLatch open = new CountDownLatch(1);
  private final EventQueue queue =
      new EventQueue(this::send, "node-1", new Backoff(() -> 0), Duration.ofMillis(1), nanos::get);

  @AfterEach
  void close() {
    queue.close();
  }

  @Test
  void put_ofAPod_isWhatKubectlDescribeLooksFor() {
    open.countDown();
    queue.put(Event.normal(POD, "AddedInterface", "Add net1 [10.1.1.5/24] from shop/a"));

    JsonNode event = sent(1).get(0);
    assertEquals("shop", event.at("/metadata/namespace").asText());
    assertTrue(event.at("/metadata/name").asText().matches("web-0\\.[0-9a-f]+"));
    assertEquals(
        "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"namespace\":\"shop\",\"name\":\"web-0\",\"uid\":\"u1\"}",
        event.path("involvedObject").toString());
    assertEquals("Normal", event.path("type").asText());
    assertEquals("AddedInterface", event.path("reason").asText());
    assertEquals("Add net1 [10.1.1.5/24] from shop/a", event.path("message").asText());
    assertEquals(1, event.path("count").asInt());
    assertEquals("myriapod", event.path("reportingComponent").asText());
    assertEquals("myriapod", event.at("/source/component").asText());
    assertEquals("node-1", event.at("/source/host").asText());
  }

  @Test
  void put_ofTheNode_isInNamespaceDefaultByItsName() {
    open.countDown();
    queue.put(Event.nodeWarning("NamespacesNotSeen", "three of four"));

    JsonNode event = sent(1).get(0);
    assertEquals("default", event.at("/metadata/namespace").asText());
    assertEquals("Node", event.at("/involvedObject/kind").asText());
    assertEquals("node-1", event.at("/involvedObject/uid").asText());
    assertEquals("Warning", event.path("type").asText());
  }

  @Test
  void put_severalOfOneAdd_areOneEvent() {
    blocked(
        () -> {
          queue.put(Event.normal(POD, "AddedInterface", "Add eth0 [] from cbr0"));
          queue.put(Event.warning(POD, "NoEffect", "key \"x\" has no effect"));
          queue.put(Event.normal(POD, "AddedInterface", "Add net1 [] from shop/a"));
        });

    List<String> messages =
        sent(3).stream().skip(1).map(event -> event.path("message").asText()).toList();
    assertEquals(
        List.of("Add eth0 [] from cbr0; Add net1 [] from shop/a", "key \"x\" has no effect"),
        messages);
  }

  @Test
  void put_messagesTooLongForOne_areSeveral() {
    blocked(
        () -> {
          queue.put(Event.normal(POD, "AddedInterface", "a".repeat(600)));
          queue.put(Event.normal(POD, "AddedInterface", "b".repeat(600)));
          queue.put(Event.normal(POD, "AddedInterface", "c".repeat(2_000)));
        });

    assertEquals(
        List.of(600, 600, 1_024),
        sent(4).stream().skip(1).map(event -> event.path("message").asText().length()).toList());
  }

  @Test
  void put_equalOnes_areCountedAndToldAfterTenMinutes() {
    open.countDown();
    Event event = Event.nodeWarning("NamespacesNotSeen", "three of four");
    queue.put(event);
    queue.put(event);
    nanos.addAndGet(EventQueue.EQUAL_WITHIN.toNanos() - 1);
    queue.put(event);
    assertEquals(1, sent(1).size());
    assertEquals(2, queue.state().repeated());

    nanos.addAndGet(1);
    queue.put(event);

    assertEquals(3, sent(2).get(1).path("count").asInt());
  }

  @Test
  void put_serverInNeed_isTriedAgainUnderTheSameName() {
    codes.add(503);
    codes.add(0);
    open.countDown();
    queue.put(Event.nodeWarning("Any", "message"));

    List<JsonNode> attempts = sent(3);
    assertEquals(1, attempts.stream().map(event -> event.at("/metadata/name")).distinct().count());
    Waiting.until(LONG, () -> queue.state().waiting() == 0);
    assertEquals(0, queue.state().dropped());
  }

  @Test
  void put_serverRefuses_isDroppedAndTheNextGoesOn() {
    codes.add(403);
    open.countDown();
    queue.put(Event.nodeWarning("Any", "message"));
    queue.put(Event.normal(POD, "AddedInterface", "Add net1 [] from shop/a"));

    assertEquals("AddedInterface", sent(2).get(1).path("reason").asText());
    assertEquals(1, queue.state().dropped());
  }

  @Test
  void put_serverAwayForLong_isDropped() {
    for (int i = 0; i < 3; i++) {
      codes.add(503);
    }
    queue.put(Event.nodeWarning("Any", "message"));
    Waiting.until(LONG, () -> sent.size() == 1);
    nanos.addAndGet(Duration.ofMinutes(2).toNanos());
    open.countDown();

    Waiting.until(LONG, () -> queue.state().dropped() == 1);
    assertEquals(1, sent.size());
  }

  @Test
  void put_tooMany_dropsTheOldest() {
    blocked(
        () -> {
          for (int i = 0; i < 1_001; i++) {
            queue.put(Event.normal(POD, "Reason" + i, "message"));
          }
        });

    Waiting.until(LONG, () -> queue.state().waiting() == 0);
    assertEquals(1, queue.state().dropped());
    assertEquals("Reason1", sent.get(1).path("reason").asText());
  }

  /** Puts events while the sender is kept busy with another one. */
  private void blocked(Runnable puts) {
    queue.put(Event.nodeWarning("Busy", "one before"));
    Waiting.until(LONG, () -> sent.size() == 1);
    puts.run();
    open.countDown();
  }

  private List<JsonNode> sent(int wanted) {
    Waiting.until(LONG, () -> sent.size() >= wanted);
    return List.copyOf(sent);
  }

  private ApiReply send(EventObject event, String body) throws IOException {
    sent.add(JSON.readTree(body));
    try {
      open.await();
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
    Integer code = codes.poll();
    if (code != null && code == 0) {
      throw new IOException("refused");
    }
    return ApiReply.of(code == null ? 201 : code, new byte[0], Optional.empty());
  }
}
