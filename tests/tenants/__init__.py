"""Two tenants that look alike: nobody of one hears a word of the other."""
