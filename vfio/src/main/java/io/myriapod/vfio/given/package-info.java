/**
 * Devices of the node that are given to pods, and their way home: what one was like, who has it,
 * and how it becomes again what it was.
 */
package io.myriapod.vfio.given;
