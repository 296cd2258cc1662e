package io.myriapod.agent.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Frames as no shim would write them: each is read as what it says, or refused, and nothing else.
 */
class FrameFuzzTest {
  @Property(tries = 2000)
  void decodeRequest_anyBytes_readOrRefused(@ForAll byte[] bytes) {
    try {
      FrameCodec.decodeRequest(bytes);
    } catch (FrameException e) {
      assertEquals("read the frame: ", e.getMessage().substring(0, 16));
    }
  }

  @Property(tries = 1000)
  void decodeRequest_afterEncode_isTheSame(@ForAll("requests") RequestFrame request) {
    RequestFrame read = FrameCodec.decodeRequest(FrameCodec.encode(request));

    assertEquals(request.id(), read.id());
    assertEquals(request.timeLeft(), read.timeLeft());
    assertEquals(request.calledAs(), read.calledAs());
    assertEquals(request.environment(), read.environment());
    assertArrayEquals(request.stdin(), read.stdin());
  }

  @Property(tries = 1000)
  void decodeRequest_cutAnywhere_isRefused(
      @ForAll("requests") RequestFrame request, @ForAll @IntRange(min = 1, max = 1000) int lost) {
    byte[] whole = FrameCodec.encode(request);
    byte[] cut = Arrays.copyOf(whole, Math.max(0, whole.length - lost));

    assertThrows(FrameException.class, () -> FrameCodec.decodeRequest(cut));
  }

  @Property(tries = 2000)
  void decodeRequest_oneByteChanged_readOrRefused(
      @ForAll("requests") RequestFrame request, @ForAll int where, @ForAll byte value) {
    byte[] frame = FrameCodec.encode(request);
    frame[Math.floorMod(where, frame.length)] = value;
    try {
      FrameCodec.decodeRequest(frame);
    } catch (FrameException e) {
      assertEquals("read the frame: ", e.getMessage().substring(0, 16));
    }
  }

  @Provide
  Arbitrary<RequestFrame> requests() {
    Arbitrary<RequestId> ids =
        Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(RequestId::new);
    Arbitrary<Duration> times = Arbitraries.longs().between(0, 600_000).map(Duration::ofMillis);
    Arbitrary<String> text = Arbitraries.strings().ofMaxLength(40);
    Arbitrary<Map<String, String>> environments =
        Arbitraries.maps(text, Arbitraries.strings().ofMaxLength(200)).ofMaxSize(20);
    Arbitrary<byte[]> inputs = Arbitraries.bytes().array(byte[].class).ofMaxSize(500);
    return Combinators.combine(ids, times, text, environments, inputs).as(RequestFrame::new);
  }
}
