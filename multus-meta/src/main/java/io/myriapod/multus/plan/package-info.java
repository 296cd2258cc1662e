/**
 * What an ADD is going to do, worked out and checked before anything is touched: which networks,
 * under which interface names, with which arguments.
 */
package io.myriapod.multus.plan;
