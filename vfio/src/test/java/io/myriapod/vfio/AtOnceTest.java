package io.myriapod.vfio;

import static io.myriapod.vfio.FakeNode.CARD;
import static io.myriapod.vfio.FakeNode.FIRST;
import static io.myriapod.vfio.FakeNode.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.journal.DeviceRecord;
import io.myriapod.types.PciAddress;
import io.myriapod.vfio.DriverChoice.KernelDefault;
import io.myriapod.vfio.DriverChoice.Named;
import io.myriapod.vfio.change.DeviceException;
import io.myriapod.vfio.change.DeviceException.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many who change one card at once: each is done or refused, and none leaves anything half-done.
 */
class AtOnceTest {
  private static final int EACH = 20;
  private static final List<DriverChoice> DRIVERS =
      List.of(new Named("vfio-pci"), new Named("uio_pci_generic"), new KernelDefault());

  @TempDir private Path root;

  private static void change(VirtualFunctions functions, Random random) {
    PciAddress function = random.nextBoolean() ? FIRST : SECOND;
    switch (random.nextInt(5)) {
      case 0 -> functions.create(CARD, 2 + random.nextInt(2), Optional.empty(), false);
      case 1 -> functions.reset(function, false);
      case 2 -> functions.recover();
      case 3 ->
          functions.apply(
              new WantedFunctions(CARD, 2, Optional.empty(), Map.of(1, new Named("vfio-pci"))),
              random.nextBoolean());
      default -> functions.bind(function, DRIVERS.get(random.nextInt(3)), random.nextInt(9) == 0);
    }
  }

  @Test
  void change_byFourAtOnce_allFunctionsHaveADriverThatTheJournalKnows() {
    FakeNode node = FakeNode.with(root);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<String> odd = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int seed = 0; seed < 4; seed++) {
      Random random = new Random(seed);
      all.add(CompletableFuture.runAsync(() -> work(node, random, odd), threads));
    }
    all.forEach(CompletableFuture::join);
    threads.shutdown();
    assertEquals(List.of(), odd);
    assertEquals(List.of(), node.functions().recover());
    for (PciAddress function : List.of(FIRST, SECOND)) {
      Optional<DeviceRecord> record = node.journal().devices().find(function);
      assertTrue(record.filter(DeviceRecord::isChanging).isEmpty());
      assertEquals(
          record.flatMap(one -> one.text("driver")).orElse("igbvf"),
          node.sysfs.driverOf(function.value()).orElse("none"));
    }
    node.close();
  }

  /**
   * What is refused because of another change, or gone while another one is made, is asked again.
   */
  private static void work(FakeNode node, Random random, List<String> odd) {
    for (int done = 0; done < EACH; ) {
      try {
        change(node.functions(), random);
        done++;
      } catch (DeviceException e) {
        if (!Set.of(Kind.BUSY, Kind.NOT_FOUND).contains(e.kind())) {
          odd.add(e.getMessage());
          done++;
        }
      }
    }
  }
}
