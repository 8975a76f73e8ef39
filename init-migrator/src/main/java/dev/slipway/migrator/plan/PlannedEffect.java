package dev.slipway.migrator.plan;

import dev.slipway.migrator.effects.Effect;
import dev.slipway.migrator.effects.RelationLock;

/** An effect, and whether its relation is new, so that no other session can use it yet. */
record PlannedEffect(Effect effect, boolean onNewRelation) {
    RelationLock lock() {
        return new RelationLock(
                effect.form(),
                effect.relation(),
                effect.lock(),
                effect.work(),
                effect.descendants().size(),
                onNewRelation);
    }
}
