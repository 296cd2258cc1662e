package io.myriapod.linux.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The attributes of a message or of a nest, as read. Absent and too short ones are alike empty; of
 * one that is there twice the getters give the first. What is cut off at the end is left out.
 */
public final class Attributes {
  private static final int TYPE_MASK = 0x3fff;
  private static final int HEADER = 4;

  private record Entry(int type, ByteBuffer value) {}

  private final List<Entry> entries;

  private Attributes(List<Entry> entries) {
    this.entries = entries;
  }

  /** Reads from the buffer's position to its limit; neither is changed. */
  public static Attributes of(ByteBuffer buffer) {
    ByteBuffer in = buffer.duplicate().order(ByteOrder.nativeOrder());
    List<Entry> entries = new ArrayList<>();
    while (in.remaining() >= HEADER) {
      int start = in.position();
      int length = Short.toUnsignedInt(in.getShort());
      int type = Short.toUnsignedInt(in.getShort()) & TYPE_MASK;
      if (length < HEADER || length > in.limit() - start) {
        break;
      }
      ByteBuffer value = in.slice(start + HEADER, length - HEADER).order(ByteOrder.nativeOrder());
      entries.add(new Entry(type, value));
      in.position(Math.min(start + (length + 3) / 4 * 4, in.limit()));
    }
    return new Attributes(entries);
  }

  private Optional<ByteBuffer> value(int type, int leastBytes) {
    for (Entry entry : entries) {
      if (entry.type == type && entry.value.remaining() >= leastBytes) {
        return Optional.of(entry.value);
      }
    }
    return Optional.empty();
  }

  public boolean has(int type) {
    return value(type, 0).isPresent();
  }

  /** Text up to its final zero byte. */
  public Optional<String> string(int type) {
    return value(type, 0).map(Attributes::text);
  }

  /** The texts of all attributes of that type, in their order. */
  public List<String> strings(int type) {
    return entries.stream().filter(e -> e.type == type).map(e -> text(e.value)).toList();
  }

  private static String text(ByteBuffer value) {
    int length = 0;
    while (length < value.remaining() && value.get(length) != 0) {
      length++;
    }
    byte[] bytes = new byte[length];
    value.get(0, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  public Optional<Integer> u8(int type) {
    return value(type, 1).map(v -> Byte.toUnsignedInt(v.get(0)));
  }

  public Optional<Integer> u16(int type) {
    return value(type, 2).map(v -> Short.toUnsignedInt(v.getShort(0)));
  }

  /** The bits of a u32; indexes, MTUs and flags all fit an int. */
  public Optional<Integer> u32(int type) {
    return value(type, 4).map(v -> v.getInt(0));
  }

  /** The bits of a u64. */
  public Optional<Long> u64(int type) {
    return value(type, 8).map(v -> v.getLong(0));
  }

  public Optional<byte[]> bytes(int type) {
    return value(type, 0).map(Attributes::copy);
  }

  /** The bytes of all attributes of that type, in their order. */
  public List<byte[]> all(int type) {
    return entries.stream().filter(e -> e.type == type).map(e -> copy(e.value)).toList();
  }

  /** The attributes inside each of that type, in their order. */
  public List<Attributes> nests(int type) {
    return entries.stream().filter(e -> e.type == type).map(e -> of(e.value)).toList();
  }

  private static byte[] copy(ByteBuffer value) {
    byte[] bytes = new byte[value.remaining()];
    value.get(0, bytes);
    return bytes;
  }

  /** The attributes inside one; empty if it is absent. */
  public Attributes nested(int type) {
    return value(type, 0).map(Attributes::of).orElse(new Attributes(List.of()));
  }
}
