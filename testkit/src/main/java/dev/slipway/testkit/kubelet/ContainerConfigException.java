package dev.slipway.testkit.kubelet;

/** A container cannot be started as the pod says. The kubelet shows this as a waiting reason and keeps trying. */
final class ContainerConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String reason;

    private ContainerConfigException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** The environment or the user cannot be set up. */
    static ContainerConfigException config(String message) {
        return new ContainerConfigException("CreateContainerConfigError", message);
    }

    /** A volume cannot be mounted. */
    static ContainerConfigException mount(String message) {
        return new ContainerConfigException(ContainerState.Waiting.FAILED_MOUNT, message);
    }

    /** The process cannot be started. */
    static ContainerConfigException run(String message) {
        return new ContainerConfigException("RunContainerError", message);
    }

    /** There is no such image. */
    static ContainerConfigException image(String reference) {
        return new ContainerConfigException("ErrImagePull", "no local image stands for '" + reference + "'");
    }

    /** As in {@code status.containerStatuses[].state.waiting.reason}. */
    String reason() {
        return reason;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
