/**
 * The inverses that several plugins record: typed views of {@link io.myriapod.journal.Inverse}, so
 * that who records and who undoes agree on the fields. Data only; nothing is run here.
 */
package io.myriapod.journal.inverse;
