/**
 * Running the inverses of what plugins did beside links and leases: in the namespace where it was
 * done, if that is still the same one.
 */
package io.myriapod.base.undo;
