package io.myriapod.agent.flight;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.myriapod.kubernetes.Cluster;
import io.myriapod.kubernetes.PodRef;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ObservedClusterTest {
  private final List<String> asked = new ArrayList<>();

  private Cluster asked() {
    return (Cluster)
        Proxy.newProxyInstance(
            Cluster.class.getClassLoader(),
            new Class<?>[] {Cluster.class},
            (proxy, method, arguments) -> {
              asked.add(method.toGenericString());
              return method.getReturnType().equals(Optional.class) ? Optional.empty() : null;
            });
  }

  /** Also those that the port answers by itself: an adapter may know better. */
  @Test
  void everyQuestion_isTheObservedOnesToAnswer()
      throws InvocationTargetException, IllegalAccessException {
    Cluster observed = new ObservedCluster(asked(), new FlightRecorder());
    for (Method method : Cluster.class.getMethods()) {
      Object[] arguments = new Object[method.getParameterCount()];
      for (int at = 0; at < arguments.length; at++) {
        Class<?> type = method.getParameterTypes()[at];
        arguments[at] =
            type.equals(String.class)
                ? "a"
                : type.equals(PodRef.class)
                    ? new PodRef("a", "a", Optional.empty())
                    : type.equals(List.class) ? List.of() : null;
      }
      asked.clear();

      method.invoke(observed, arguments);

      assertEquals(List.of(method.toGenericString()), asked);
    }
  }
}
