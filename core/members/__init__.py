"""People: who may sign in, what their role allows, and the sessions they have open."""
