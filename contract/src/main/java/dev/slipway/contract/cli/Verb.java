package dev.slipway.contract.cli;

import java.util.List;

/** A command of a program, as in {@code slipway migrate}. */
public interface Verb {
    /** As a person types it. */
    String word();

    /** One line, without a full stop. */
    String help();

    /** What follows the command; empty if nothing may, in brackets if it may be left out, with … if several may follow. */
    default String operand() {
        return "";
    }

    /** Its own flags. */
    List<Flag> flags();

    /** Of the flags that all commands accept, those that make a difference to this one. */
    default List<Flag> sharedFlags() {
        return List.of();
    }

    /** Lines at the end of its help; empty for none. */
    default String more() {
        return "";
    }
}
