package dev.slipway.migrator.plan;

import dev.slipway.migrator.plan.StatementEffects.NotNullProof;
import dev.slipway.migrator.sql.QualifiedName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the scripts have made so far, statement by statement. Not thread-safe. */
final class PendingSchema {
    private final Set<QualifiedName> created = new HashSet<>();
    private final List<IndexColumns> indexes = new ArrayList<>();
    private final List<NotNullProof> proofs = new ArrayList<>();

    void apply(StatementEffects effects) {
        created.addAll(effects.created());
        effects.renamed().forEach((from, to) -> {
            if (created.contains(from)) {
                created.add(to);
            }
        });
        indexes.addAll(effects.indexes());
        proofs.addAll(effects.proofs());
        effects.validations()
                .forEach(validation ->
                        proofs.replaceAll(proof -> proof.isValidatedBy(validation) ? proof.validatedOne() : proof));
    }

    boolean creates(QualifiedName relation) {
        return created.contains(relation);
    }

    boolean covers(ForeignKey key) {
        return indexes.stream().anyMatch(index -> index.covers(key));
    }

    /** SET NOT NULL finds a valid CHECK that says the same, and needs no scan. */
    boolean provesNotNull(Effect effect) {
        return effect.operation() == Operation.SET_NOT_NULL
                && proofs.stream()
                        .anyMatch(proof -> proof.validated()
                                && proof.table().equals(effect.relation())
                                && effect.part().equals(Optional.of(proof.column())));
    }
}
