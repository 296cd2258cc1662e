package io.myriapod.e2e.behaviour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.fixtures.InNamespaces;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever comes over the socket, the agent answers with an error and goes on. */
@InNamespaces(kinds = "bridge")
class BadFrameIT {
  private static Stage stage;
  private static TestPod pod;

  @BeforeAll
  static void open() {
    stage = Stage.open();
    pod = stage.pod();
  }

  @AfterAll
  static void close() {
    pod.add();
    pod.delete();
    stage.close();
  }

  private static Path socket() {
    return stage.at("run/myriapod/cni.sock");
  }

  private static byte[] frame() {
    return RawFrames.request(20_000, pod.call(), "ADD");
  }

  private static void assertRefused(byte[] frame, String named) {
    stage.assertUntouched(
        pod,
        () -> {
          RawFrames.Reply reply = RawFrames.exchange(socket(), frame);
          assertTrue(reply.exitCode() > 0, reply::stdout);
          Refusal.assertError(reply.json(), 5, named);
        });
  }

  /** The client is gone then: nobody is left to be answered. */
  @Test
  void frame_truncated_isForgotten() {
    byte[] frame = frame();
    stage.assertUntouched(
        pod,
        () -> {
          for (int length : new int[] {0, 1, 15, 16, 17, 60, 400, frame.length - 1}) {
            byte[] part = Arrays.copyOf(frame, length);
            assertEquals(0, RawFrames.answeredAfterEndOfFile(socket(), part), "after " + length);
          }
        });
  }

  @Test
  void frame_otherVersion_isAnsweredNamingBoth() {
    byte[] frame = frame();
    frame[4] = 9;

    assertRefused(frame, "version 9");
  }

  @Test
  void frame_otherMagic_isAnsweredWithAnError() {
    byte[] frame = frame();
    frame[0] = 'X';

    assertRefused(frame, "frame");
  }

  @Test
  void frame_isAReply_isAnsweredWithAnError() {
    byte[] frame = frame();
    frame[5] = 2;

    assertRefused(frame, "frame");
  }

  @Test
  void frame_oversized_isAnsweredNamingTheBound() {
    for (int length : new int[] {(16 << 20) + 1, Integer.MAX_VALUE, -1}) {
      byte[] frame = frame();
      ByteBuffer.wrap(frame).putInt(8, length);

      assertRefused(frame, "16777216");
    }
  }

  @Test
  void frame_fieldBeyondItsEnd_isAnsweredWithAnError() {
    byte[] frame = frame();
    ByteBuffer.wrap(frame).putShort(RawFrames.HEADER_BYTES + 20, (short) 0xffff);

    assertRefused(frame, "frame");
  }

  @Test
  void frames_randomBytes_agentGoesOn() {
    Random random = new Random(11);
    stage.assertUntouched(
        pod,
        () -> {
          for (int i = 0; i < 200; i++) {
            byte[] frame = frame();
            for (int spoiled = 0; spoiled <= random.nextInt(4); spoiled++) {
              frame[random.nextInt(RawFrames.HEADER_BYTES + 40)] = (byte) random.nextInt();
            }
            frame[random.nextInt(4)] = 0; // never a frame that it would serve
            assertEquals(5, RawFrames.exchange(socket(), frame).json().path("code").asInt());
          }
        });
    assertFalse(stage.agent().hasEnded());
  }
}
