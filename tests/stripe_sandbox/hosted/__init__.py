"""The pages that a person sees: the hosted checkout and the sandbox's overview."""
