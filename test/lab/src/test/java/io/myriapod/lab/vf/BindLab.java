package io.myriapod.lab.vf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.myriapod.agent.functions.FunctionRequest;
import io.myriapod.cni.error.CniException;
import io.myriapod.fixtures.Command;
import io.myriapod.fixtures.InNamespaces;
import io.myriapod.fixtures.Netns;
import io.myriapod.fixtures.Waiting;
import io.myriapod.fixtures.node.AgentProcess;
import io.myriapod.fixtures.node.HeldPoint;
import io.myriapod.journal.DeviceRecord;
import io.myriapod.journal.Journal;
import io.myriapod.journal.JournalPhase;
import io.myriapod.lab.node.LabNode;
import io.myriapod.lab.node.Nic;
import io.myriapod.lab.node.PciFunction;
import io.myriapod.lab.node.Testpmd;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Drivers of virtual functions, changed by {@code myriapod vf bind}. */
@InNamespaces
@ExtendWith(LabNode.class)
class BindLab {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String KERNELS = "igbvf";
  private static final String VFIO = "vfio-pci";

  /** Every point that a bind comes by, and those of one that the driver refuses. */
  private static final List<String> POINTS =
      List.of(
          "STEP_RECORDED:driver",
          "STEP_REFINED:driver_override",
          "STEP_REFINED:unbind",
          "STEP_REFINED:drivers_probe",
          "RECORD_ATTACHED");

  private static final List<String> POINTS_OF_A_REFUSED =
      List.of(
          "INVERSE_STARTING:driver", "INVERSE_RUN:driver", "INVERSE_NOTED:driver", "RECORD_ENDED");

  /** And of the way back to what the kernel chooses. */
  private static final List<String> POINTS_OF_A_RETURN =
      List.of("STEP_RECORDED:driver", "RECORD_ENDED");

  /** It takes a driver that refuses a function which it had before; there is none here. */
  private static final Set<JournalPhase> NOT_HERE = Set.of(JournalPhase.INVERSE_FAILED);

  @TempDir private Path root;

  @Test
  void bind_andBackTenTimes_alwaysHasTheWantedDriver() {
    PciFunction function = Nic.FIRST.createVfs(1).get(0);
    function.awaitLink();
    Vf vf = new Vf(root);

    for (int time = 0; time < 10; time++) {
      vf.bind(function, VFIO);
      assertEquals(Optional.of(VFIO), function.driver(), "time " + time);
      vf.bindDefault(function);
      assertEquals(Optional.of(KERNELS), function.driver(), "time " + time);
    }

    assertEquals("(null)", function.read("driver_override"));
    function.awaitLink();
    assertEquals(List.of(), Journal.readDevices(journal()));
  }

  @Test
  void bind_agentKilledAtAnyPoint_functionHasItsFormerOrItsWantedDriver() {
    PciFunction function = Nic.FIRST.createVfs(1).get(0);
    function.awaitLink();
    List<String> wrong = new ArrayList<>();
    AgentProcess agent = start();
    try {
      for (String point : POINTS) {
        agent = killedAt(agent, point, Vf.bindRequest(function, Optional.of(VFIO)));
        finding(function, point).ifPresent(wrong::add);
        new Vf(root).bindDefault(function);
      }
      for (String point : POINTS_OF_A_REFUSED) {
        agent = killedAt(agent, point, Vf.bindRequest(function, Optional.of("virtio-pci")));
        finding(function, point).ifPresent(wrong::add);
      }
      for (String point : POINTS_OF_A_RETURN) {
        new Vf(root).bind(function, VFIO);
        agent = killedAt(agent, point, Vf.bindRequest(function, Optional.empty()));
        finding(function, point).ifPresent(wrong::add);
      }
    } finally {
      agent.kill();
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void points_all_areThoseThatADeviceComesBy() {
    Set<JournalPhase> phases = EnumSet.copyOf(NOT_HERE);
    Stream.of(POINTS, POINTS_OF_A_REFUSED, POINTS_OF_A_RETURN)
        .flatMap(List::stream)
        .map(point -> JournalPhase.valueOf(point.replaceFirst(":.*", "")))
        .forEach(phases::add);
    assertEquals(JournalPhase.OF_DEVICES, phases);
  }

  private AgentProcess start() {
    return AgentProcess.startHere(root, Arrays.asList(HeldPoint.options(root)));
  }

  /** Its successor, which has taken back what was not finished. */
  private AgentProcess killedAt(AgentProcess agent, String name, FunctionRequest request) {
    HeldPoint point = HeldPoint.of(root, name);
    CompletableFuture<Void> call =
        CompletableFuture.runAsync(
            () -> {
              try {
                new Vf(root).run(request);
              } catch (CniException e) {
                // the agent is killed before it answers
              }
            });
    point.await(call::isDone);
    agent.kill();
    point.disarm();
    call.join();
    AgentProcess next = start();
    Waiting.until(
        SOON, () -> Journal.readDevices(journal()).stream().noneMatch(DeviceRecord::isChanging));
    return next;
  }

  /** What is wrong, if anything is. */
  private Optional<String> finding(PciFunction function, String point) {
    Optional<String> driver = function.driver();
    Optional<String> known =
        Journal.readDevices(journal()).stream()
            .filter(record -> record.device().value().equals(function.address()))
            .findFirst()
            .flatMap(record -> record.text("driver"));
    boolean isRight =
        driver.filter(Set.of(KERNELS, VFIO)::contains).isPresent()
            && known.equals(driver.filter(VFIO::equals));
    return isRight
        ? Optional.empty()
        : Optional.of("%s: driver %s, the journal says %s".formatted(point, driver, known));
  }

  private Path journal() {
    return root.resolve("var/lib/myriapod/journal");
  }

  @Test
  void bind_badRequests_changeNothing() {
    PciFunction function = Nic.FIRST.createVfs(1).get(0);
    function.awaitLink();
    Vf vf = new Vf(root);

    String noFunction =
        vf.refused(Vf.bindRequest(Nic.FIRST.function(), Optional.of(VFIO))).getMessage();
    String noDriver = vf.refused(Vf.bindRequest(function, Optional.of("nosuch"))).getMessage();
    String refused = vf.refused(Vf.bindRequest(function, Optional.of("virtio-pci"))).getMessage();

    assertTrue(noFunction.contains("is no virtual function"), noFunction);
    assertTrue(noDriver.contains("nosuch"), noDriver);
    assertTrue(refused.contains("it is back with driver \"igbvf\""), refused);
    assertEquals(Optional.of(KERNELS), function.driver());
    assertEquals(Optional.of("igb"), Nic.FIRST.function().driver());
    assertEquals(List.of(), Journal.readDevices(journal()));
  }

  @Test
  void bind_toProgramsAndBack_functionsAnswerInBothStates(Netns pod, Netns other) {
    List<PciFunction> vfs = Nic.FIRST.createVfs(3);
    String parent = Nic.FIRST.link();
    Command.of("ip", "link", "set", parent, "vf", "1", "mac", "02:00:00:00:00:11").run();
    Command.of("ip", "link", "set", parent, "vf", "2", "mac", "02:00:00:00:00:12").run();
    into(pod, vfs.get(0), "10.92.0.1/24");
    Vf vf = new Vf(root);
    vf.bind(vfs.get(1), VFIO);
    vf.bind(vfs.get(2), VFIO);
    try (Testpmd testpmd = Testpmd.start(vfs.subList(1, 3))) {
      Waiting.until(SOON, () -> pod.attempt("ping -c 1 -W 2 10.92.0.9").ok());
      assertTrue(testpmd.log().contains("testpmd>"));
    }

    vf.bindDefault(vfs.get(1));
    vf.bindDefault(vfs.get(2));

    into(other, vfs.get(1), "10.92.0.2/24");
    Waiting.until(SOON, () -> pod.attempt("ping -c 1 -W 2 10.92.0.2").ok());
    assertEquals(Optional.of(KERNELS), vfs.get(2).driver());
  }

  private static void into(Netns pod, PciFunction function, String address) {
    String link = function.awaitLink();
    Command.of("ip", "link", "set", link, "netns", pod.name()).run();
    pod.run("ip address add %1$s dev %2$s && ip link set %2$s up".formatted(address, link));
  }
}
