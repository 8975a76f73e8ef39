package dev.slipway.testkit.docs;

import java.util.Set;

/**
 * A fenced block.
 *
 * @param page relative to the root of the source tree
 * @param line of the opening fence, from 1
 * @param language behind the opening fence; empty if there is none
 * @param text without the fences and without their indentation; ends with a line feed
 * @param needs what the comment {@code <!-- needs: A, B -->} on the line before says that it takes to try the block
 */
public record Block(String page, int line, String language, String text, Set<String> needs) {
    public Block {
        needs = Set.copyOf(needs);
    }

    /** The place. */
    @Override
    public String toString() {
        return page + ":" + line;
    }
}
