package io.myriapod.ipam.lease;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.myriapod.types.IpAddresses;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** Writes the files of a lease directory as the reference's disk/backend.go writes them. */
final class LeaseWriter {
  private static final String LAST_RESERVED = "last_reserved_ip.";
  private static final int MAX_ADDRESS_TEXT = 64;

  /** No address, so that nobody takes it for a lease. */
  private static final String UNFINISHED = ".lease-unfinished";

  private static final Set<OpenOption> EXCLUSIVELY =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private final Path directory;

  LeaseWriter(Path directory) {
    this.directory = directory;
  }

  /**
   * Makes the lease's file with its whole content at once, link(2), so that whoever is killed
   * leaves none that names nobody; false if there is one. The caller has the directory's lock.
   */
  boolean create(String name, LeaseOwner owner) throws IOException {
    Path fresh = directory.resolve(UNFINISHED);
    Files.deleteIfExists(fresh); // a killed agent's
    try (SeekableByteChannel file = Files.newByteChannel(fresh, EXCLUSIVELY, ownerOnly())) {
      writeAll(file, owner.text());
      Files.createLink(directory.resolve(name), fresh);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  void delete(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
  }

  /**
   * Notes where the next search in that range set starts. Overwrites and then cuts: ext4 writes a
   * file out at once that was truncated to nothing first (mount option auto_da_alloc), which would
   * cost each ADD a millisecond and more.
   */
  void noteLast(int rangeIndex, String name) throws IOException {
    Path path = directory.resolve(LAST_RESERVED + rangeIndex);
    Set<OpenOption> inPlace =
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, NOFOLLOW_LINKS);
    requirePlain(path);
    try (SeekableByteChannel file = Files.newByteChannel(path, inPlace, ownerOnly())) {
      byte[] text = name.getBytes(StandardCharsets.UTF_8);
      file.write(ByteBuffer.wrap(text));
      file.truncate(text.length);
    }
  }

  /** The address leased last in that range set; empty if none is known or the note is torn. */
  Optional<InetAddress> last(int rangeIndex) throws IOException {
    Path path = directory.resolve(LAST_RESERVED + rangeIndex);
    requirePlain(path);
    try (InputStream in = Files.newInputStream(path, NOFOLLOW_LINKS)) {
      String text = new String(in.readNBytes(MAX_ADDRESS_TEXT), StandardCharsets.UTF_8);
      return Optional.of(IpAddresses.parse(text));
    } catch (NoSuchFileException | IllegalArgumentException e) {
      return Optional.empty(); // the search starts at the range's start
    }
  }

  /** Who may write into the directory must not lead root's pen elsewhere, nor make it wait. */
  static void requirePlain(Path path) throws IOException {
    if (Files.exists(path, NOFOLLOW_LINKS) && !Files.isRegularFile(path, NOFOLLOW_LINKS)) {
      throw new IOException("%s is no plain file".formatted(path.getFileName()));
    }
  }

  private static FileAttribute<?> ownerOnly() {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  }

  private static void writeAll(SeekableByteChannel file, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }
}
