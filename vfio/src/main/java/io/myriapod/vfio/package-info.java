/**
 * The life of virtual functions: created and dropped, bound to a driver and back, reset; by hand,
 * or as the node's configuration wants them. Nothing is changed before it is known that all of it
 * may be; what fails half-way is taken back. docs/vf.md
 */
package io.myriapod.vfio;
