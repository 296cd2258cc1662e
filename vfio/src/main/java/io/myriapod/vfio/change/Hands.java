package io.myriapod.vfio.change;

import io.myriapod.types.PciAddress;

/** Makes changes. Each throws {@link DeviceException} if it could not be made. */
public interface Hands {
  void write(Change.Write change);

  void setUp(Change.SetUp change);

  void setMtu(Change.SetMtu change);

  void loadModule(Change.LoadModule change);

  void writeFile(Change.WriteFile change);

  void deleteFile(Change.DeleteFile change);

  /** Throws {@link DeviceException} if a write to the function has not come back yet. */
  void requireAnswering(PciAddress function);
}
