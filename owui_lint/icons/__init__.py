"""Icons of plugins: read an ``icon_url``, read its SVG safely, name the Lucide icon that it draws."""
