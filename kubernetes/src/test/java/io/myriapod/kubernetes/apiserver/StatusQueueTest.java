package io.myriapod.kubernetes.apiserver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.Waiting;
import io.myriapod.kubernetes.ClusterException;
import io.myriapod.kubernetes.PodRef;
import io.myriapod.kubernetes.apiserver.Verdict.PodGone;
import io.myriapod.kubernetes.apiserver.Verdict.Refused;
import io.myriapod.kubernetes.apiserver.Verdict.Stored;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusQueueTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final ApiReply GOOD = reply(200);

  /** What the life of now has asked the server; a former one's threads may end late. */
  private List<String> sent;

  /** What the server shall say: each answer is given once. */
  private final BlockingQueue<Optional<ApiReply>> answers = new LinkedBlockingQueue<>();

  @TempDir private Path folder;
  private StatusQueue queue;

  @BeforeEach
  void open() {
    queue = anotherLife();
  }

  private StatusQueue anotherLife() {
    List<String> sentByThis = Collections.synchronizedList(new ArrayList<>());
    sent = sentByThis;
    return new StatusQueue(
        patch -> send(patch, sentByThis), new Backoff(() -> 0), new UnpublishedStatuses(folder));
  }

  @AfterEach
  void close() {
    queue.close();
  }

  @Test
  void put_serverTakesIt_isStored() throws Exception {
    Future<Verdict> outcome = queue.put(patch("web-0", "first"));
    answers.add(Optional.of(GOOD));

    assertInstanceOf(Stored.class, outcome.get(20, TimeUnit.SECONDS));
    assertEquals(0, queue.state().waiting());
  }

  @Test
  void put_whileOneIsUnderWay_sendsOnlyTheLatestAfterIt() throws Exception {
    Future<Verdict> first = queue.put(patch("web-0", "first"));
    Waiting.until(LONG, () -> sent.size() == 1);
    Future<Verdict> second = queue.put(patch("web-0", "second"));
    Future<Verdict> third = queue.put(patch("web-0", "third"));

    assertTrue(first.isDone() && second.isDone(), "replaced");
    assertFalse(third.isDone());
    assertEquals(List.of("first"), sent);
    answers.add(Optional.of(GOOD));
    answers.add(Optional.of(GOOD));
    third.get(20, TimeUnit.SECONDS);
    assertEquals(List.of("first", "third"), sent);
  }

  @Test
  void put_afterForgettingOneUnderWay_waitsForItsEnd() throws Exception {
    queue.put(patch("web-0", "first"));
    Waiting.until(LONG, () -> sent.size() == 1);
    queue.forget(ref("web-0"));

    Future<Verdict> second = queue.put(patch("web-0", "second"));
    queue.put(patch("web-1", "other"));
    Waiting.until(LONG, () -> sent.contains("other"));
    assertFalse(sent.contains("second"));
    answers.add(Optional.of(GOOD));
    answers.add(Optional.of(GOOD));
    answers.add(Optional.of(GOOD));
    second.get(20, TimeUnit.SECONDS);
  }

  @Test
  void put_serverInNeedThenGone_isTriedAgain() throws Exception {
    Future<Verdict> outcome = queue.put(patch("web-0", "first"));
    answers.add(Optional.of(reply(503)));
    answers.add(Optional.empty());
    answers.add(Optional.of(GOOD));

    assertInstanceOf(Stored.class, outcome.get(20, TimeUnit.SECONDS));
    assertEquals(List.of("first", "first", "first"), sent);
  }

  @Test
  void put_whileTheFormerPauses_isSentAtOnce() throws Exception {
    Future<Verdict> first = queue.put(patch("web-0", "first"));
    answers.add(Optional.of(new ApiReply(429, GOOD.body(), Optional.of(Duration.ofMinutes(1)))));
    Waiting.until(LONG, () -> sent.size() == 1 && answers.isEmpty());

    Future<Verdict> second = queue.put(patch("web-0", "second"));
    answers.add(Optional.of(GOOD));

    assertInstanceOf(Stored.class, second.get(20, TimeUnit.SECONDS));
    assertInstanceOf(Stored.class, first.get(20, TimeUnit.SECONDS));
    assertEquals(List.of("first", "second"), sent);
  }

  @Test
  void put_serverRefuses_isFinalAndCounted() throws Exception {
    Future<Verdict> outcome = queue.put(patch("web-0", "first"));
    answers.add(Optional.of(reply(403)));

    assertEquals(new Refused("HTTP 403"), outcome.get(20, TimeUnit.SECONDS));
    assertEquals(1, queue.state().dropped());
  }

  @Test
  void resume_formerLifeEndedFirst_sendsTheLatestOfEachPod() throws Exception {
    queue.put(patch("web-0", "first"));
    queue.keep(ref("web-0"));
    queue.put(patch("web-0", "second"));
    queue.put(patch("web-1", "other"));
    queue.keep(ref("web-1"));
    queue.put(patch("web-2", "gone"));
    queue.keep(ref("web-2"));
    queue.forget(ref("web-2"));
    queue.put(patch("web-3", "awaited")); // its ADD is not answered, and undone by who comes next
    queue.close();
    Files.writeString(folder.resolve("torn.json"), "{\"namespace\":");
    Files.writeString(folder.resolve(".tmp-1"), "half");
    Files.createFile(Files.createDirectory(folder.resolve("odd.json")).resolve("file"));

    queue = anotherLife();
    queue.resume();
    answers.add(Optional.of(GOOD));
    answers.add(Optional.of(GOOD));
    Waiting.until(LONG, () -> queue.state().waiting() == 0);

    assertEquals(Set.of("second", "other"), Set.copyOf(sent));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(folder.resolve("odd.json")), left.toList());
    }
  }

  /** An ADD that the killed process had not ended is undone before the rest is resumed. */
  @Test
  void forget_ofAFormerLife_isNotResumed() {
    queue.put(patch("web-0", "undone"));
    queue.keep(ref("web-0"));
    queue.close();

    queue = anotherLife();
    queue.forget(ref("web-0"));
    queue.resume();

    assertEquals(0, queue.state().waiting());
    assertEquals(List.of(), sent);
  }

  @Test
  void forget_pausing_endsTheAttempts() throws Exception {
    Future<Verdict> outcome = queue.put(patch("web-0", "first"));
    answers.add(Optional.of(reply(500)));
    Waiting.until(LONG, () -> answers.isEmpty());

    queue.forget(ref("web-0"));

    assertInstanceOf(PodGone.class, outcome.get(20, TimeUnit.SECONDS));
    assertEquals(0, queue.state().waiting());
  }

  @Test
  void put_tooManyWait_throwsAndKeepsThose() {
    for (int i = 0; i < 4_096; i++) {
      queue.put(patch("web-" + i, "first"));
    }

    assertThrows(ClusterException.class, () -> queue.put(patch("one-more", "first")));
    assertEquals(4_096, queue.state().waiting());
    assertEquals(1, queue.state().dropped());
  }

  private ApiReply send(StatusPatch patch, List<String> sentByThis) throws IOException {
    sentByThis.add(patch.body());
    try {
      return answers.take().orElseThrow(() -> new IOException("refused"));
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }

  private static StatusPatch patch(String pod, String body) {
    return new StatusPatch(ref(pod), body);
  }

  private static PodRef ref(String pod) {
    return new PodRef("default", pod, Optional.of("u1"));
  }

  private static ApiReply reply(int code) {
    return ApiReply.of(code, new byte[0], Optional.empty());
  }
}
