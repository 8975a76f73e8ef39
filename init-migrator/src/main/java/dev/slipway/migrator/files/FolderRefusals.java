package dev.slipway.migrator.files;

import dev.slipway.contract.Problems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what is wrong with files, and reports a folder full of the same mistake in one line. */
final class FolderRefusals {
    /** Up to this many files get a line each. */
    private static final int FEW = 3;

    private record RefusedFile(Path path, String reason) {}

    private final Map<String, List<RefusedFile>> byKind = new LinkedHashMap<>();

    /** @param reasonOfMany the same reason without what is specific to this file */
    void add(Path path, String reason, String reasonOfMany) {
        byKind.computeIfAbsent(reasonOfMany, key -> new ArrayList<>()).add(new RefusedFile(path, reason));
    }

    void add(Path path, String reason) {
        add(path, reason, reason);
    }

    boolean isEmpty() {
        return byKind.isEmpty();
    }

    void addTo(Problems problems) {
        byKind.forEach((reasonOfMany, refusals) -> {
            if (refusals.size() <= FEW) {
                refusals.forEach(each -> problems.add(each.path().toString(), each.reason()));
            } else {
                problems.add(
                        "each of " + refusals.size() + " files like "
                                + refusals.get(0).path(),
                        reasonOfMany);
            }
        });
    }
}
